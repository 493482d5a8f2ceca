"""One spelling for each name, mail address and phone number, so that equal ones compare equal."""

from __future__ import annotations

import re
import unicodedata

from email_validator import EmailNotValidError, validate_email

from app.core.errors import Invalid
from app.core.i18n import _l


def normal_name(name: str) -> str:
    """Answer a name in NFC with single spaces; `김  민  수`, set apart to fill a column, becomes `김민수`."""
    parts = unicodedata.normalize("NFC", name).split()
    apart = len(parts) > 1 and all(re.fullmatch("[가-힣]", part) for part in parts)
    return ("" if apart else " ").join(parts)


_LINK = re.compile(r"://|@|\bwww\.|[^\s./@]{2,}\.[^\W\d_]{2,}", re.IGNORECASE)


def reads_as_link(name: str) -> bool:
    """Tell whether a mail program would make a link of (a part of) a name: what anybody may type goes into mails
    that carry our name."""
    return _LINK.search(name) is not None


def normal_email(email: str) -> str:
    """Answer a mail address in NFC and lower case, without looking whether it is one."""
    return unicodedata.normalize("NFC", email).strip().lower()


def checked_email(email: str) -> str:
    """Answer the normal form of a mail address. Raises `Invalid` when mail could never be sent there."""
    try:
        # Whether the domain answers today is not asked: a form must not wait for, nor tell, the network.
        found = validate_email(email.strip(), check_deliverability=False, test_environment=True, allow_smtputf8=False)
    except EmailNotValidError:
        raise Invalid(_l("이메일 주소의 형식이 맞지 않아요. 예: hong@example.kr")) from None
    return normal_email(found.normalized)


def normal_phone(phone: str) -> str:
    """Answer the digits of a phone number, Korea's country code turned into the leading 0."""
    digits = re.sub(r"\D", "", phone)
    return "0" + digits[2:] if digits.startswith("82") and len(digits) > 10 else digits
