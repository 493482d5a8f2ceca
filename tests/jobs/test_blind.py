"""Blind hiring: nothing that names an applicant reaches anybody of the employer before the stage that was set.

Every field that could name the applicant holds a canary. Everything the employer's side can ask for is asked for, as
manager, clerk and reviewer: pages, XLSX, PDF, previews of mails, mails. Without the guard the same walk finds them.
"""

from __future__ import annotations

import io
import re
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.models import Account, MembershipRole
from app.core import clock
from app.core.access import Actor
from app.core.db import db
from app.core.mail import OutgoingMail
from app.jobs.application_models import Application
from app.jobs.application_words import ItemKind, Stage
from app.jobs.applying import visible
from app.jobs.duties.destruction_service import destroy_papers
from app.jobs.hiring import message_service
from app.jobs.interview_models import InterviewChoice
from app.jobs.opening_models import Opening
from tests.conftest import Visitor
from tests.factories.accounts import audit_lines, make_account, make_member, make_person, sign_in
from tests.factories.jobs import (
    make_application,
    make_criterion,
    make_employer,
    make_file,
    make_item,
    make_opening,
    make_reviewer,
    make_slot,
)

CANARIES = (
    "노란새",
    "1977",
    "7070",
    "canary",
    "카나리대학교",
    "카나리교육원",
    "8888",
    "여자사람",
    "새사진",
)
IDENTITY = {
    "name": "노란새",
    "birth_date": "1977-07-17",
    "sex": "여자사람",
    "phone": "010-7070-7171",
    "email": "canary.bird@example.kr",
    "school": "카나리대학교",
    "photo": "새사진.jpg",
}
FULL = {
    "name": "노란새",
    "course": "카나리교육원 실무",
    "centre": "카나리교육원",
    "serial": "제 2026-직무-8888호",
    "document_number": "8888-7070-8888-7070",
}
WORDS = (
    "저는 노란새이고 카나리대학교를 나와 카나리교육원에서 배웠어요. 010-7070-7171, "
    "canary.bird@example.kr로 연락 주세요. "
    "주민 상담을 했어요."
)


@dataclass(frozen=True)
class Blind:
    """A blind opening with one applicant full of canaries, and the employer's people."""

    opening: Opening
    application: Application
    people: dict[MembershipRole, Account]

    @property
    def address(self) -> str:
        return f"/hiring/{self.opening.public_id}/applications"

    @property
    def applicant(self) -> str:
        return f"{self.address}/{self.application.public_id}"


@pytest.fixture
def blind(app: Flask) -> Blind:
    employer = make_employer()
    opening = make_opening(employer, blind=True, reveal_stage=Stage.INTERVIEW.value)
    # The employer is there before anything happens, so that its mails are walked through too.
    people = {role: make_member(employer, role, name="김담당") for role in MembershipRole}
    applicant = make_account("canary.bird@example.kr", person=make_person("노란새"))
    said = {"level": "required", "text": "직무교육 60시간 이상", "met": True, "proven_by": "카나리교육원 8888"}
    application = make_application(
        opening, applicant, Stage.VIEWED, identity=IDENTITY, words=WORDS, eligibility=[said]
    )
    facts = {"course_kind": "in_service", "minutes": 3750, "note": "카나리교육원", "state": "노란새"}
    make_item(application, facts=facts, full=FULL, source_public_id="0" * 32, document=b'{"name": "canary"}')
    full = {"organisation": "카나리교육원", "role": "노란새 팀장", "description": "canary 8888"}
    make_item(application, ItemKind.EXPERIENCE, facts={"months": 36, "field": "카나리교육원"}, full=full)
    make_file(application, "노란새_이력서_새사진.pdf", b"%PDF canary")
    make_criterion(opening)
    message_service.send_message(application, WORDS, applicant.actor, clock.now(), from_employer=False)
    held = "노①란②새 canary.bird"
    message_service.send_message(application, held, applicant.actor, clock.now(), from_employer=False)
    slot = make_slot(opening)
    db.session.add(InterviewChoice(application_id=application.id, slot_id=slot.id, chosen_at=clock.now()))
    slot.taken = 1
    db.session.commit()
    make_reviewer(opening, people[MembershipRole.VIEWER])
    return Blind(opening, application, people)


def become(visitor: Visitor, account: Account) -> None:
    visitor.delete_cookie("ieum_session", domain="ieum.test")
    sign_in(visitor, account)


def text_in(data: bytes, kind: str) -> str:
    """Answer all words of an answer, whatever it is."""
    if "spreadsheetml" in kind:
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            return "\n".join(book.read(name).decode("utf-8", "replace") for name in book.namelist())
    if kind == "application/pdf":
        return subprocess.run(["pdftotext", "-", "-"], input=data, capture_output=True, check=True).stdout.decode()
    return data.decode("utf-8", "replace")


def walk(visitor: Visitor, *starts: str) -> Iterator[tuple[str, str, str]]:
    """Yield address, kind and words of all that can be asked for from here, links followed; and its headers."""
    waiting, seen = list(starts), set(starts)
    while waiting:
        address = waiting.pop()
        answer = visitor.get(address)
        if answer.status_code not in (200, 409):
            continue
        words = text_in(answer.data, answer.mimetype or "")
        yield address, answer.mimetype or "", f"{words}\n{answer.headers}"
        if answer.mimetype == "text/html":
            found = set(re.findall(r'href="(/hiring[^"#?]*)', words))
            waiting += sorted(found - seen)
            seen |= found


def everything(app: Flask, visitor: Visitor, blind: Blind) -> Iterator[tuple[str, str, str]]:
    """Yield all that the employer's people can get to see of the applications."""
    item, file = blind.application.items[0].public_id, blind.application.files[0].public_id
    ids = {"opening_id": blind.opening.public_id, "application_id": blind.application.public_id}
    ids |= {"item_id": item, "file_id": file}
    rules = [r for r in app.url_map.iter_rules() if r.endpoint.startswith("hiring.") and "GET" in (r.methods or ())]
    starts = [
        built[1]
        for rule in rules
        if set(rule.arguments) <= set(ids)
        and (built := rule.build({n: ids[n] for n in rule.arguments}, append_unknown=False))
    ]
    for account in blind.people.values():
        become(visitor, account)
        yield from walk(visitor, *starts, f"{blind.address}?q=노란새", f"{blind.address}?q=1")
    become(visitor, blind.people[MembershipRole.MANAGER])
    chosen = f"{blind.application.public_id}:{blind.application.stage}"
    decision = {"chosen": chosen, "stage": "shortlisted", "words": "고마워요."}
    preview = visitor.post(f"{blind.address}/decide", data=decision)
    yield "preview", "mail", preview.get_data(as_text=True)
    visitor.post(f"{blind.address}/decide", data={**decision, "step": "confirm"})
    for mail in db.session.scalars(select(OutgoingMail)):
        yield "sent", "mail", f"{mail.subject}\n{mail.body}"


def found_in(words: str) -> list[str]:
    asked_for = words.replace('value="노란새"', "").replace("q=%EB%85%B8%EB%9E%80%EC%83%88", "")
    return [canary for canary in CANARIES if canary in asked_for]


@pytest.mark.databases("sqlite")
def test_nothing_that_names_the_applicant_reaches_the_employer(app: Flask, visitor: Visitor, blind: Blind) -> None:
    kinds, leaks = set(), []
    for address, kind, words in everything(app, visitor, blind):
        kinds.add(kind)
        leaks += [(address, kind, canary) for canary in found_in(words)]
    assert not leaks
    assert {"text/html", "application/pdf", "mail"} <= kinds
    assert any("spreadsheetml" in kind for kind in kinds)


@pytest.mark.databases("sqlite")
def test_without_the_guard_the_same_walk_finds_it_everywhere(
    app: Flask, visitor: Visitor, blind: Blind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visible, "_is_open", lambda application, opening, at: True)
    leaking = {kind for _address, kind, words in everything(app, visitor, blind) if found_in(words)}
    assert {"text/html", "application/pdf", "mail"} <= leaking
    assert any("spreadsheetml" in kind for kind in leaking)


def test_facts_are_shown_without_names(visitor: Visitor, blind: Blind) -> None:
    become(visitor, blind.people[MembershipRole.VIEWER])
    page = visitor.get(blind.applicant).get_data(as_text=True)
    assert "직무교육 62.5시간" in page
    assert "지원번호 1번" in page
    assert "주민 상담을 했어요." in page
    assert "직무교육 60시간 이상" in page


def test_searching_a_name_finds_nobody_who_is_closed(visitor: Visitor, blind: Blind) -> None:
    become(visitor, blind.people[MembershipRole.MANAGER])
    assert "맞는 지원자가 없어요" in visitor.get(f"{blind.address}?q=노란새").get_data(as_text=True)
    blind.application.stage, blind.application.revealed_at = Stage.INTERVIEW, blind.application.submitted_at
    assert "맞는 지원자가 없어요" not in visitor.get(f"{blind.address}?q=노란새").get_data(as_text=True)


@pytest.mark.parametrize("what", ["files", "items"])
def test_what_carries_the_identity_is_locked_until_it_is_opened(visitor: Visitor, blind: Blind, what: str) -> None:
    become(visitor, blind.people[MembershipRole.MANAGER])
    rows = blind.application.files if what == "files" else blind.application.items
    address = f"{blind.applicant}/{what}/{rows[0].public_id}"
    assert visitor.get(address).status_code == 409
    blind.application.stage = Stage.INTERVIEW
    assert visitor.post(f"{blind.applicant}/reveal").status_code == 303
    answer = visitor.get(address)
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert b"canary" in answer.data


def test_a_reveal_waits_for_its_stage_and_is_told(visitor: Visitor, blind: Blind) -> None:
    become(visitor, blind.people[MembershipRole.CLERK])
    assert visitor.post(f"{blind.applicant}/reveal").status_code == 409
    assert blind.application.revealed_at is None
    blind.application.stage = Stage.INTERVIEW
    for _twice in range(2):
        assert visitor.post(f"{blind.applicant}/reveal").status_code == 303
    page = visitor.get(blind.applicant).get_data(as_text=True)
    assert "노란새" in page
    assert "김담당 님이 열었어요." in page
    assert len(audit_lines("application.reveal")) == 1
    shown = [(e.action, e.is_shown) for e in blind.application.events if e.action == "reveal"]
    assert shown == [("reveal", True)]


def test_no_identity_is_opened_once_papers_are_destroyed(visitor: Visitor, blind: Blind) -> None:
    blind.application.stage, blind.application.decided_at = Stage.HIRED, clock.now()
    destroy_papers(blind.application.id, Actor.command("test"), clock.now(), is_automatic=True)
    db.session.commit()
    become(visitor, blind.people[MembershipRole.CLERK])
    assert "인적사항 열기" not in visitor.get(blind.applicant).get_data(as_text=True)
    assert visitor.post(f"{blind.applicant}/reveal").status_code == 409
    assert audit_lines("application.reveal") == []


def test_a_reviewer_opens_no_identity(visitor: Visitor, blind: Blind) -> None:
    blind.application.stage = Stage.INTERVIEW
    become(visitor, blind.people[MembershipRole.VIEWER])
    assert visitor.post(f"{blind.applicant}/reveal").status_code == 404


def test_blindness_cannot_be_lifted_once_somebody_has_applied(visitor: Visitor, blind: Blind) -> None:
    become(visitor, blind.people[MembershipRole.MANAGER])
    address = f"/hiring/{blind.opening.public_id}/edit"
    said = {"version": str(blind.opening.version), "employer": "", "title": "새 제목", "work_kind": "coordinator"}
    said |= {"employment_type": "fixed_term", "pay_unit": "negotiable", "until_filled": "y", "retention_days": "90"}
    for softer in ({"reveal_stage": "interview"}, {"reveal_stage": "shortlisted", "blind": "y"}):
        answer = visitor.post(address, data=said | softer)
        assert answer.status_code == 422
        assert "블라인드를 풀거나" in answer.get_data(as_text=True)
    assert visitor.post(address, data=said | {"reveal_stage": "hired", "blind": "y"}).status_code == 303
