"""Configuration: from the environment, with defaults that make a private trial run on one machine."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError
from werkzeug.middleware.proxy_fix import ProxyFix

from app.core import request_counts

ROOT = Path(__file__).resolve().parents[2]
TRIAL_HOSTS = {"localhost", "127.0.0.1", "::1"}
MAX_UPLOAD_BYTES = 10 * 1024 * 1024


class CannotStart(ValueError):
    """The application cannot start as it is set up; the message names what was found and what was expected."""


@dataclass(frozen=True)
class KeyToken:
    """A PKCS#11 token for the private keys: its module (a shared library), its label, the file with its PIN."""

    module: str
    label: str
    pin_file: Path


@dataclass(frozen=True)
class Settings:
    """What an operator may set. See the README for each variable."""

    database_url: str
    instance_dir: Path
    base_url: str
    issuer_name: str
    hours_target: int = 60
    trusted_proxies: int = 0
    staff_mfa_required: bool = False
    seal_file: Path | None = None
    key_token: KeyToken | None = None
    conformance: bool = False
    opening_review: bool = False
    clamav_socket: str = ""

    @classmethod
    def from_environment(cls, environ: dict[str, str] | None = None) -> Settings:
        """Read `IEUM_*`. Raises `CannotStart` with the variable's name when a value cannot be used."""
        env = dict(os.environ) if environ is None else environ
        instance = Path(env.get("IEUM_INSTANCE_DIR") or ROOT / "instance").resolve()
        # Host names mean the same in upper and lower case; what is signed knows only one spelling.
        base_url = (env.get("IEUM_BASE_URL") or "http://localhost:8000").rstrip("/").lower()
        parts = urlsplit(base_url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.path or parts.query:
            raise CannotStart(f"IEUM_BASE_URL must be http(s)://host[:port] and nothing more, found {base_url!r}")
        if not base_url.isascii():
            raise CannotStart(f"IEUM_BASE_URL must be in ASCII (xn--… for a Korean host name), found {base_url!r}")
        if parts.scheme == "http" and parts.hostname not in TRIAL_HOSTS:
            raise CannotStart(
                "IEUM_BASE_URL must be https except on localhost: nobody could check certificates, nor sign in, "
                f"at {base_url!r}"
            )
        return cls(
            database_url=_database(env.get("IEUM_DATABASE_URL") or f"sqlite:///{instance / 'ieum.db'}"),
            instance_dir=instance,
            base_url=base_url,
            hours_target=_number(env, "IEUM_HOURS_TARGET", 60, least=1),
            seal_file=Path(env["IEUM_SEAL_FILE"]).resolve() if env.get("IEUM_SEAL_FILE") else None,
            key_token=_key_token(env),
            conformance=_conformance(env, parts.hostname),
            opening_review=_one_of(env, "IEUM_OPENING_REVIEW", ("off", "on")) == "on",
            clamav_socket=env.get("IEUM_CLAMAV_SOCKET", "").strip(),
            trusted_proxies=_number(env, "IEUM_TRUSTED_PROXIES", 0, least=0),
            staff_mfa_required=_one_of(env, "IEUM_STAFF_MFA", ("optional", "required")) == "required",
            issuer_name=(env.get("IEUM_ISSUER_NAME") or "이음 시범운영기관").strip(),
        )

    @property
    def is_trial(self) -> bool:
        """A base URL on this machine makes trial certificates: nobody else could ever open their address."""
        return urlsplit(self.base_url).hostname in TRIAL_HOSTS


def _database(url: str) -> str:
    # The address may hold a password: what is wrong is said without repeating it.
    kinds = ("sqlite:///", "postgresql+psycopg://")
    if not url.startswith(kinds):
        raise CannotStart(f"IEUM_DATABASE_URL must begin with {' or '.join(kinds)}, found another kind of address")
    try:
        make_url(url)
    except (ArgumentError, ValueError):
        form = "kind://user:password@host:port/name"
        raise CannotStart(f"IEUM_DATABASE_URL must be {form}, found something else") from None
    return url


def _key_token(env: dict[str, str]) -> KeyToken | None:
    names = ("IEUM_PKCS11_MODULE", "IEUM_PKCS11_TOKEN", "IEUM_PKCS11_PIN_FILE")
    module, label, pin_file = (env.get(name, "").strip() for name in names)
    if not any((module, label, pin_file)):
        return None
    missing = [name for name, value in zip(names, (module, label, pin_file), strict=True) if not value]
    if missing:
        raise CannotStart(f"{', '.join(names)} go together: {', '.join(missing)} is missing")
    return KeyToken(module, label, Path(pin_file).resolve())


def _conformance(env: dict[str, str], host: str) -> bool:
    chosen = _one_of(env, "IEUM_CONFORMANCE", ("off", "on")) == "on"
    if chosen and host not in TRIAL_HOSTS:
        raise CannotStart(
            "IEUM_CONFORMANCE=on signs whatever anybody asks for, so it must not stand beside real certificates: "
            f"set IEUM_BASE_URL to localhost, found {host!r}"
        )
    return chosen


def _number(env: dict[str, str], name: str, default: int, *, least: int) -> int:
    value = env.get(name) or str(default)
    if not value.isdecimal() or int(value) < least:
        raise CannotStart(f"{name} must be a whole number from {least}, found {value!r}")
    return int(value)


def _one_of(env: dict[str, str], name: str, values: tuple[str, ...]) -> str:
    value = env.get(name) or values[0]
    if value not in values:
        raise CannotStart(f"{name} must be one of {', '.join(values)}, found {value!r}")
    return value


def read_or_create_secret(path: Path, size: int = 32) -> bytes:
    """Read a secret file, creating it on first use. Two processes that start together agree on one secret.

    The file is completed aside and linked into place, so that no process ever reads half of it.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        aside = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(size))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(aside, path)
        except FileExistsError:
            pass
        finally:
            aside.unlink()
    secret = path.read_bytes()
    if len(secret) != size:
        raise CannotStart(
            f"{path} must hold {size} bytes, found {len(secret)}: restore it from your backup of secrets"
        )
    return secret


def init_app(app: Flask, settings: Settings) -> None:
    """Put the settings where Flask and its extensions look for them."""
    if settings.trusted_proxies:
        # Only as many hops as we run ourselves: whoever is beyond them can write anything into these headers.
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    # Database, queue and mail hold people's data: nobody else on this machine may look inside.
    try:
        settings.instance_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        session_key = read_or_create_secret(settings.instance_dir / "secrets" / "session.key")
    except OSError as error:
        raise CannotStart(
            f"IEUM_INSTANCE_DIR must be a folder that can be written, found {settings.instance_dir}: {error.strerror}"
        ) from None
    app.config.update(
        SECRET_KEY=session_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS={
            "pool_pre_ping": not settings.database_url.startswith("sqlite"),
            # An error that names its parameters would put people's data into the log.
            "hide_parameters": True,
        },
        MIGRATIONS_DIR=str(ROOT / "migrations"),
        SESSION_COOKIE_NAME="ieum_session",
        SESSION_COOKIE_SECURE=True,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=60 * 60 * 12,
        WTF_CSRF_TIME_LIMIT=60 * 60 * 12,
        WTF_CSRF_SSL_STRICT=False,
        MAX_CONTENT_LENGTH=MAX_UPLOAD_BYTES + 64 * 1024,
        MAX_FORM_MEMORY_SIZE=6 * 1024 * 1024,
        BABEL_DEFAULT_LOCALE="ko",
        BABEL_DEFAULT_TIMEZONE="Asia/Seoul",
        RATELIMIT_STORAGE_URI=os.environ.get("IEUM_RATELIMIT_STORAGE") or request_counts.ADDRESS,
        RATELIMIT_HEADERS_ENABLED=True,
        IEUM_BASE_URL=settings.base_url,
        IEUM_ISSUER_NAME=settings.issuer_name,
        IEUM_INSTANCE_DIR=settings.instance_dir,
        IEUM_SEAL_FILE=settings.seal_file,
        IEUM_KEY_TOKEN=settings.key_token,
        IEUM_CONFORMANCE=settings.conformance,
        IEUM_OPENING_REVIEW=settings.opening_review,
        IEUM_CLAMAV_SOCKET=settings.clamav_socket,
        IEUM_TRIAL=settings.is_trial,
        IEUM_HOURS_TARGET=settings.hours_target,
        IEUM_STAFF_MFA_REQUIRED=settings.staff_mfa_required,
    )
