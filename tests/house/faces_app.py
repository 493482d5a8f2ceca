"""A bare application around the templates: no database, no domains, only what a page may count on.

It serves the sample pages in `faces/`, which show every component with the data it may meet; undefined names raise.
`python -m tests.house.faces_app` serves them on port 8900 for looking at.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from flask import Flask, abort, flash, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import Babel
from flask_wtf import CSRFProtect, FlaskForm
from flask_wtf.file import FileField
from jinja2 import ChoiceLoader, FileSystemLoader, StrictUndefined
from wtforms import BooleanField, DateField, PasswordField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from app.core import templating
from app.core.errors import _TITLES
from app.core.security import CONTENT_SECURITY_POLICY

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates"
STATIC = ROOT / "app" / "static"
VERDICTS = ("valid", "replaced", "revoked", "invalid", "not_found", "unknown")

# The addresses that layouts and shared pages point at; their domains are not loaded here.
_ADDRESSES = {
    "portfolio.index": "/portfolio",
    "organisations.index": "/organisations",
    "home.language": "/language",
    "accounts.profile": "/account",
    "accounts.sign_in": "/sign-in",
    "accounts.sign_up": "/sign-up",
    "accounts.sign_out": "/sign-out",
}


class SampleForm(FlaskForm):  # type: ignore[misc]
    """One field of each kind."""

    name = StringField("성명", [InputRequired("성명을 입력해 주세요."), Length(max=50)])
    birth_date = DateField("생년월일", [InputRequired("생년월일을 입력해 주세요.")])
    cohort = SelectField("기수", choices=[SelectChoice("1", "2026-F1"), SelectChoice("2", "2026-S1")])
    reason = TextAreaField("사유", description="나중에 이력에서 볼 수 있어요.")
    password = PasswordField("비밀번호", [InputRequired("비밀번호를 입력해 주세요.")])
    kind = RadioField(
        "과정",
        [InputRequired("과정을 골라 주세요.")],
        choices=[SelectChoice("f", "양성교육"), SelectChoice("s", "직무교육")],
    )
    sheet = FileField("출석부 파일", [InputRequired("파일을 골라 주세요.")])
    agree = BooleanField("개인정보 수집·이용에 동의", [InputRequired("동의해야 계속할 수 있어요.")])


def _person(name: str, mark: str, mark_label: str, minutes: int, done: bool) -> SimpleNamespace:
    born = date(1985, 3, 9)
    return SimpleNamespace(name=name, birth=born, mark=mark, mark_label=mark_label, minutes=minutes, done=done)


PEOPLE = [
    _person("홍길동", "present", "출석", 2250, True),
    _person("홍길동", "late", "지각", 2190, True),
    _person("김이음", "absent", "결석", 600, False),
    _person("남궁하늘별", "excused", "공결", 2250, True),
]


def _shared() -> dict[str, Any]:
    signed_in = request.args.get("as") == "someone"
    entries = [("내 포트폴리오", True), ("교육", False), ("수료증", False), ("출석부 올리기", False)]
    return {
        "navigation": [templating.NavigationItem(label, "/", current) for label, current in entries]
        if signed_in
        else [],
        "issuer_name": "서울도시재생지원센터",
        "base_url": "http://localhost:8000",
        "trial": request.args.get("trial") == "1",
        "can_be_opened_again": False,
        "language": "ko",
        "first_day": date(2026, 3, 9),
        "last_day": date(2026, 4, 29),
        "actor": SimpleNamespace(
            is_signed_in=signed_in,
            label="홍길동" if signed_in else "",
            person_id=1 if signed_in else None,
            memberships=("서울교육원",) if signed_in else (),
        ),
    }


def _components() -> ResponseReturnValue:
    form = SampleForm(formdata=None)
    if request.args.get("wrong"):
        form = SampleForm(formdata=request.args, meta={"csrf": False})
        form.validate()
    page = SimpleNamespace(items=PEOPLE, page=5, pages=12, total=240)
    return render_template("faces/components.html", form=form, people=PEOPLE, page=page)


def _form() -> ResponseReturnValue:
    flash("로그아웃했어요.", "success")
    flash("메일을 확인해 주세요.", "info")
    flash("비밀번호가 곧 만료돼요.", "warning")
    flash("이메일이나 비밀번호가 맞지 않아요.", "error")
    return render_template("faces/form.html", form=SampleForm(formdata=None))


def _verification(state: str) -> ResponseReturnValue:
    form = None if request.args.get("bare") else SampleForm(formdata=None)
    return render_template("faces/verification.html", state=state, form=form)


def _error(status: int) -> ResponseReturnValue:
    if not (TEMPLATES / "errors" / f"{status}.html").exists():
        abort(404)
    message = "10MB까지 받을 수 있어요." if request.args.get("message") else None
    return render_template(
        f"errors/{status}.html", title=_TITLES[status], message=message, status=status, back="/here"
    )


def create_faces_app() -> Flask:
    """Build the application that shows the templates with sample data."""
    app = Flask("faces", template_folder=str(TEMPLATES), static_folder=str(STATIC), static_url_path="/static")
    app.config.update(SECRET_KEY="only-for-looking", TESTING=True, TEMPLATES_AUTO_RELOAD=True)
    loaders = [FileSystemLoader(TEMPLATES), FileSystemLoader(Path(__file__).parent)]
    app.jinja_options = {"loader": ChoiceLoader(loaders), "undefined": StrictUndefined}
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        date=templating.date,
        datetime=templating.datetime,
        hours=templating.hours,
        hours_number=templating.hours_number,
    )
    Babel(app, locale_selector=lambda: "ko")
    CSRFProtect(app)
    app.context_processor(_shared)
    for endpoint, address in _ADDRESSES.items():
        app.add_url_rule(address, endpoint, lambda: "")
    app.add_url_rule("/", "home.index", lambda: render_template("home/index.html"))
    app.add_url_rule("/components", "components", _components)
    app.add_url_rule("/form", "form", _form)
    app.add_url_rule("/verification/<state>", "verification", _verification)
    app.add_url_rule("/error/<int:status>", "error", _error)
    app.add_url_rule("/poll", "poll", lambda: jsonify(done=10, total=24, text="24장 가운데 10장", running=True))

    @app.after_request
    def strict(response: Any) -> Any:
        response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
        return response

    return app


if __name__ == "__main__":
    create_faces_app().run(port=8900)
