"""Reads a plan (교육계획): a centre, its attendance policy, its courses with a cohort each, and every session.

Strict: an unknown or missing key, a wrong type or a date that does not exist is refused with the path of the place,
such as `courses[0].sessions[3].date`. Rates are read as exact decimals.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import Any, NoReturn

from app.core import resident_number
from app.core.errors import Invalid
from app.core.i18n import Text, _l
from app.core.sheet_problems import quoted
from app.training.attendance_reading import PlannedSession
from app.training.policy import PolicyRules

KINDS = ("foundation", "in_service", "general")
MAX_BYTES = 5 * 1024 * 1024
MAX_SESSIONS = 400


@dataclass(frozen=True)
class PlannedCourse:
    """A course with one cohort and its sessions, in the order of their numbers."""

    code: str
    name: str
    kind: str
    cohort: str
    capacity: int
    sessions: tuple[PlannedSession, ...]


@dataclass(frozen=True)
class Plan:
    """Everything a plan file says."""

    centre: str
    policy: PolicyRules
    courses: tuple[PlannedCourse, ...]


class PlanError(Invalid):
    """The plan file is wrong. `path` is the place in it, empty for the file as a whole."""

    def __init__(self, message: Text, path: str = "") -> None:
        super().__init__(message)
        self.path = path


def parse(text: str | bytes) -> Plan:
    """Read a plan file. Raises PlanError at the first thing that is wrong."""
    root = _Place(_load(text), "")
    root.only("centre", "policy", "courses")
    courses = tuple(_course(place) for place in root["courses"].items())
    if not courses:
        root["courses"].fail(_l("과정이 하나도 없어요."))
    codes = [course.code for course in courses]
    for position, code in enumerate(codes):
        if code in codes[:position]:
            root["courses"].items()[position]["code"].fail(_l("같은 기수 코드가 두 번 있어요."))
    return Plan(root["centre"].text(120), _policy(root["policy"]), courses)


def _load(text: str | bytes) -> object:
    try:
        if len(text) > MAX_BYTES:
            raise PlanError(_l("교육계획 파일이 5MB보다 커요."))
        decoded = text.decode("utf-8-sig") if isinstance(text, bytes) else text.removeprefix("\ufeff")
        if resident_number.find(decoded):
            raise PlanError(_l("주민등록번호로 보이는 번호가 있어요. 지운 뒤 다시 올려 주세요."))
        return json.loads(decoded, parse_float=Decimal, object_pairs_hook=_no_duplicates, parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        raise PlanError(_l("교육계획 파일은 UTF-8로 저장된 JSON이어야 해요.")) from error
    except json.JSONDecodeError as error:
        message = _l(
            "JSON이 아니에요. %(line)s번째 줄 %(column)s번째 글자를 확인해 주세요.",
            line=error.lineno,
            column=error.colno,
        )
        raise PlanError(message) from error
    except (RecursionError, ValueError) as error:
        raise PlanError(_l("JSON을 읽을 수 없어요. 파일을 다시 만들어 주세요.")) from error


def _no_duplicates(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) < len(pairs):
        raise PlanError(
            _l("같은 항목이 한 곳에 두 번 있어요: %(keys)s", keys=quoted(", ".join(k for k, _v in pairs), 80))
        )
    return result


def _no_constant(name: str) -> NoReturn:
    raise PlanError(_l("JSON에 쓸 수 없는 값이 있어요: %(value)s", value=name))


@dataclass(frozen=True)
class _Place:
    """A value of the file and its path, for saying where something is wrong."""

    value: object
    path: str

    def fail(self, message: Text) -> NoReturn:
        raise PlanError(_l("%(path)s: %(message)s", path=self.path or "$", message=message), self.path)

    def mapping(self) -> Mapping[str, object]:
        if not isinstance(self.value, dict):
            self.fail(_l("{ }로 묶인 항목이 필요해요."))
        return self.value

    def __getitem__(self, key: str) -> _Place:
        path = f"{self.path}.{key}" if self.path else key
        mapping = self.mapping()
        if key not in mapping:
            _Place(None, path).fail(_l("값이 없어요."))
        return _Place(mapping[key], path)

    def only(self, *keys: str) -> None:
        for key in self.mapping():
            if key not in keys:
                self.fail(_l("알 수 없는 항목 ‘%(key)s’이 있어요.", key=quoted(key)))

    def items(self) -> list[_Place]:
        if not isinstance(self.value, list):
            self.fail(_l("[ ]로 묶인 목록이 필요해요."))
        return [_Place(value, f"{self.path}[{position}]") for position, value in enumerate(self.value)]

    def text(self, limit: int) -> str:
        if not isinstance(self.value, str):
            self.fail(_l("글자로 된 값이 필요해요."))
        value = unicodedata.normalize("NFC", self.value.strip())
        if not value or len(value) > limit:
            self.fail(_l("1자에서 %(limit)s자까지 적을 수 있어요.", limit=limit))
        if any(unicodedata.category(letter) in ("Cc", "Cf", "Co", "Cs") for letter in value):
            self.fail(_l("보이지 않는 문자가 있어요. 다시 입력해 주세요."))
        return value

    def whole(self, low: int, high: int) -> int:
        if isinstance(self.value, bool) or not isinstance(self.value, int) or not low <= self.value <= high:
            self.fail(_l("%(low)s에서 %(high)s까지의 정수가 필요해요.", low=low, high=high))
        return self.value

    def rate(self) -> Decimal | int:
        if isinstance(self.value, bool) or not isinstance(self.value, Decimal | int) or not 0 <= self.value <= 1:
            self.fail(_l("0.8처럼 0에서 1까지의 수가 필요해요."))
        return self.value

    def day(self) -> date:
        if not isinstance(self.value, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", self.value):
            self.fail(_l("2026-03-09처럼 적은 날짜가 필요해요."))
        try:
            return date.fromisoformat(self.value)
        except ValueError:
            self.fail(_l("달력에 없는 날짜예요: %(found)s", found=self.value))

    def moment(self) -> time:
        if not isinstance(self.value, str) or not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", self.value):
            self.fail(_l("14:00처럼 적은 시각이 필요해요."))
        return time.fromisoformat(self.value)


def _policy(place: _Place) -> PolicyRules:
    place.only("name", "version", "completion_rate", "slips_per_absence", "grace_minutes", "absent_below")
    return PolicyRules.of(
        name=place["name"].text(60),
        version=place["version"].whole(1, 10_000),
        completion_rate=place["completion_rate"].rate(),
        slips_per_absence=place["slips_per_absence"].whole(1, 100),
        grace_minutes=place["grace_minutes"].whole(0, 600),
        absent_below=place["absent_below"].rate(),
    )


def _course(place: _Place) -> PlannedCourse:
    place.only("code", "name", "kind", "cohort", "capacity", "sessions")
    kind = place["kind"].text(20)
    if kind not in KINDS:
        place["kind"].fail(_l("%(kinds)s 가운데 하나여야 해요.", kinds=", ".join(KINDS)))
    code = place["code"].text(40)
    if not re.fullmatch(r"[0-9A-Za-z가-힣][0-9A-Za-z가-힣._-]*", code):
        place["code"].fail(_l("기수 코드에는 글자, 숫자와 - _ .만 쓸 수 있어요."))
    return PlannedCourse(
        code=code,
        name=place["name"].text(120),
        kind=kind,
        cohort=place["cohort"].text(80),
        capacity=place["capacity"].whole(1, 10_000),
        sessions=_sessions(place["sessions"]),
    )


def _sessions(place: _Place) -> tuple[PlannedSession, ...]:
    places = place.items()
    if not 1 <= len(places) <= MAX_SESSIONS:
        place.fail(_l("회차는 1개에서 %(limit)s개까지 넣을 수 있어요.", limit=MAX_SESSIONS))
    sessions: list[PlannedSession] = []
    for each in places:
        session = _session(each)
        for earlier in sessions:
            if earlier.number == session.number:
                each["number"].fail(_l("%(number)s회차가 두 번 있어요.", number=session.number))
            if earlier.date == session.date and session.start < earlier.end and earlier.start < session.end:
                each["start"].fail(_l("%(number)s회차와 시간이 겹쳐요.", number=earlier.number))
        sessions.append(session)
    return tuple(sorted(sessions, key=lambda session: session.number))


def _session(place: _Place) -> PlannedSession:
    place.only("number", "date", "start", "end")
    session = PlannedSession(
        number=place["number"].whole(1, 1_000),
        date=place["date"].day(),
        start=place["start"].moment(),
        end=place["end"].moment(),
    )
    if session.end <= session.start:
        place["end"].fail(_l("끝나는 시각이 시작 시각보다 늦어야 해요."))
    return session
