"""What is said when the token's settings are wrong, and that a wrong PIN is not tried until the token locks."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pkcs11
import pytest
from flask import Flask
from sqlalchemy import select

from app.certificates import key_token, keys
from app.certificates.key_token import Token, TokenUnavailable
from app.certificates.models import IssuerKey, KeyPurpose
from app.core.config import KeyToken, Settings
from app.core.db import db, unit_of_work
from tests.factories.certificates import ISSUED_AT


def rows(purpose: KeyPurpose = KeyPurpose.CREDENTIALS) -> list[IssuerKey]:
    db.session.expire_all()
    found = select(IssuerKey).where(IssuerKey.purpose == purpose.value).order_by(IssuerKey.id)
    return list(db.session.scalars(found))


def id_of(row: IssuerKey) -> str:
    """Answer the id of the key in the token, as our reference to it says."""
    assert row.sealed_private_key is not None
    spelled = row.sealed_private_key.decode()
    assert re.fullmatch(r"pkcs11:token=ieum%20test;id=[^;]+;type=private", spelled)
    return key_token._parts(row.sealed_private_key)["id"].hex()


def use(app: Flask, token: KeyToken | None) -> None:
    app.config["IEUM_KEY_TOKEN"] = token


def _wrong_pin(token: KeyToken, folder: Path) -> KeyToken:
    (folder / "wrong").write_text("000000")
    return replace(token, pin_file=folder / "wrong")


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda t, _: replace(t, module="libnowhere.so"), r"libnowhere\.so.*IEUM_PKCS11_MODULE"),
        (lambda t, _: replace(t, module=__file__), r"test_token_settings\.py.*IEUM_PKCS11_MODULE"),
        (lambda t, _: replace(t, label="other"), r"other.*ieum test.*IEUM_PKCS11_TOKEN"),
        (lambda t, d: replace(t, pin_file=d / "missing"), r"missing.*No such file.*IEUM_PKCS11_PIN_FILE"),
        (_wrong_pin, r"ieum test.*PIN.*wrong"),
    ],
)
def test_what_is_set_wrongly_is_named(app: Flask, softhsm: KeyToken, tmp_path: Path, change: Any, told: str) -> None:
    use(app, change(softhsm, tmp_path))
    ran = app.test_cli_runner().invoke(args=["keys", "create"])
    assert ran.exit_code == 1
    assert re.search(told, ran.stderr, re.DOTALL), ran.stderr
    assert "000000" not in ran.output
    assert rows() == []


@pytest.mark.databases("sqlite")
def test_a_wrong_pin_is_tried_once_until_its_file_changes(
    app: Flask, softhsm: KeyToken, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = _wrong_pin(softhsm, tmp_path)
    use(app, wrong)
    tries: list[object] = []
    log_in = pkcs11.lib

    def counted(so: str) -> Any:
        tries.append(so)
        return log_in(so)

    monkeypatch.setattr(pkcs11, "lib", counted)
    for _ in range(3):
        with pytest.raises(TokenUnavailable, match="PIN"), unit_of_work():
            keys.ensure_keys(ISSUED_AT)
    assert len(tries) == 1
    wrong.pin_file.write_bytes(softhsm.pin_file.read_bytes())
    with unit_of_work():
        keys.ensure_keys(ISSUED_AT)
    assert len(rows()) == 1


@pytest.mark.databases("sqlite")
def test_a_key_in_a_token_that_is_not_configured_any_more_is_named(app: Flask, token: KeyToken) -> None:
    with unit_of_work():
        keys.ensure_keys(ISSUED_AT)
    use(app, None)
    with pytest.raises(TokenUnavailable, match="IEUM_PKCS11_MODULE"):
        keys.signing_key(KeyPurpose.CREDENTIALS, ISSUED_AT)
    use(app, replace(token, label="another"))
    with pytest.raises(TokenUnavailable, match=r"ieum test.*another.*IEUM_PKCS11_TOKEN"):
        keys.signing_key(KeyPurpose.CREDENTIALS, ISSUED_AT)


@pytest.mark.databases("sqlite")
def test_a_key_that_is_gone_from_the_token_is_named(app: Flask, token: KeyToken) -> None:
    with unit_of_work():
        keys.ensure_keys(ISSUED_AT)
    row, opened = rows()[0], Token.configured()
    assert opened is not None
    assert row.sealed_private_key is not None
    opened.destroy(row.sealed_private_key)
    opened.destroy(row.sealed_private_key)
    with pytest.raises(TokenUnavailable, match=id_of(row)):
        keys.signing_key(KeyPurpose.CREDENTIALS, ISSUED_AT)


@pytest.mark.databases("sqlite")
def test_without_the_extra_it_says_what_to_install_and_everything_else_works(
    app: Flask, softhsm: KeyToken, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(app, softhsm)
    monkeypatch.setattr(key_token, "pkcs11", None)
    with pytest.raises(TokenUnavailable, match=r"ieum\[pkcs11\]"), unit_of_work():
        keys.ensure_keys(ISSUED_AT)
    without = "import sys; sys.modules['pkcs11'] = None; from app.certificates.key_token import pkcs11; print(pkcs11)"
    ran = subprocess.run([sys.executable, "-c", without], capture_output=True, text=True)
    assert (ran.returncode, ran.stdout.strip()) == (0, "None"), ran.stderr


@pytest.mark.parametrize("left_out", ["IEUM_PKCS11_MODULE", "IEUM_PKCS11_TOKEN", "IEUM_PKCS11_PIN_FILE"])
def test_its_three_settings_go_together(tmp_path: Path, left_out: str) -> None:
    env = {"IEUM_PKCS11_MODULE": "libx.so", "IEUM_PKCS11_TOKEN": "x", "IEUM_PKCS11_PIN_FILE": "pin"}
    whole = Settings.from_environment({**env, "IEUM_INSTANCE_DIR": str(tmp_path)}).key_token
    assert whole == KeyToken("libx.so", "x", Path("pin").resolve())
    assert Settings.from_environment({"IEUM_INSTANCE_DIR": str(tmp_path)}).key_token is None
    del env[left_out]
    with pytest.raises(ValueError, match=left_out):
        Settings.from_environment(env)
