"""An applicant with something to show, and the steps of applying, for the tests of it."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.accounts.models import Account, Person
from app.core.db import db
from app.jobs.application_models import Application
from app.jobs.opening_models import Opening
from tests.conftest import Visitor
from tests.factories.accounts import make_account, make_organisation, make_person
from tests.factories.certificates import issue
from tests.factories.experience import make_experience
from tests.factories.foreign_badges import make_foreign_badge
from tests.factories.training import PEOPLE, finished_cohort

PHONE, EMAIL = "010-1234-5678", "jiwon@example.kr"


def make_applicant(*, rich: bool = False) -> Account:
    """Store somebody with a certificate, a badge and experience (`rich`), or with nothing to show."""
    if not rich:
        return make_account(person=make_person("나지원"))
    (certificate,) = issue(finished_cohort(make_organisation("종로교육원"), people=PEOPLE[:1]))
    person = db.session.scalars(select(Person).where(Person.public_id == certificate.person_public_id)).one()
    account = make_account(person=person)
    make_foreign_badge(account)
    make_experience(account)
    return account


@dataclass(frozen=True)
class Applying:
    """One visitor on the way through the steps of one opening."""

    visitor: Visitor
    opening: Opening

    @property
    def start(self) -> str:
        return f"/openings/{self.opening.public_id}/apply"

    def page(self, step: str = "") -> str:
        answer = self.visitor.get(f"{self.start}{step}")
        assert answer.status_code == 200, (step, answer.status_code, answer.headers.get("Location"))
        text: str = answer.get_data(as_text=True)
        return text

    def choose(self, *items: str, file: bytes = b"", filename: str = "이력서.pdf", **values: Any) -> Any:
        data: dict[str, Any] = {"items": list(items), "phone": PHONE, "email": EMAIL, "act": "next"} | values
        if file:
            data["file"] = (io.BytesIO(file), filename)
        return self.visitor.post(f"{self.start}/documents", data=data, content_type="multipart/form-data")

    def offered(self) -> list[str]:
        return re.findall(r'name="items" id="[^"]+" value="([^"]+)"', self.page("/documents"))

    def to_the_confirmation(self, *items: str, **values: Any) -> str:
        """Go as far as the last page; answer what it carries for handing in."""
        assert self.visitor.post(self.start).status_code == 303
        answer = self.choose(*items, **values)
        assert answer.headers.get("Location", "").endswith("/apply/consent"), answer.get_data(as_text=True)
        assert self.visitor.post(f"{self.start}/consent", data={"agrees": "y"}).status_code == 303
        return self.digest()

    def digest(self) -> str:
        found = re.search(r'name="digest" type="hidden" value="([0-9a-f]{64})"', self.page("/confirm"))
        assert found is not None
        return found[1]

    def hand_in(self, digest: str) -> Any:
        return self.visitor.post(f"{self.start}/confirm", data={"digest": digest})

    def apply(self, *items: str, **values: Any) -> Application:
        """Go all the way; answer what was stored."""
        answer = self.hand_in(self.to_the_confirmation(*items, **values))
        assert answer.status_code == 303, answer.get_data(as_text=True)
        return db.session.scalars(select(Application).where(Application.opening_id == self.opening.id)).one()
