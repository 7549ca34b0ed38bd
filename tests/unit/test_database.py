"""The database of the service, on SQLite and on PostgreSQL: made once, migrated, and refused in one sentence."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text

from records.contract import TIMEZONE
from records.errors import ConfigError
from serving.access.event import AccessEvent
from serving.access.scope import Scope
from serving.access.token import Token, digest_of
from serving.database.access import AccessStore
from serving.database.address import Address, database_address
from serving.database.engine import open_engine
from serving.database.migrate import alembic_config
from serving.database.schema import REVISION, ensure_schema
from serving.places import CURRENT_VARIABLE, DATABASE_VARIABLE
from serving.serve import PROJECT
from tests.private_postgres import private_postgres

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=ZoneInfo(TIMEZONE))
TOKEN = Token(
    "abcdefghjkmn", "审批系统", "approver", digest_of("abcdefghjkmn", "s"), NOW, NOW + timedelta(days=90), Scope()
)
SCOPED = Token(
    "zbcdefghjkmn",
    "抽查模块",
    "sampler",
    digest_of("zbcdefghjkmn", "s"),
    NOW + timedelta(seconds=1),
    NOW + timedelta(days=1),
    Scope(frozenset({"drugs", "food_operation"}), frozenset({"某所"})),
)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with private_postgres() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Address]:
    """A database without a table, of each kind."""
    if request.param == "sqlite":
        # A percent sign and a blank are what settings and addresses stumble over.
        yield database_address(f"sqlite:///{tmp_path}/100 %/fenji.db")
        return
    found = database_address(request.getfixturevalue("server"))
    engine = open_engine(found)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()
    yield found


@pytest.fixture
def engine(address: Address) -> Iterator[Engine]:
    engine = open_engine(address)
    yield engine
    engine.dispose()


@pytest.fixture
def store(address: Address) -> Iterator[AccessStore]:
    store = AccessStore(address)
    yield store
    store.close()


def test_the_migrations_make_what_the_tables_declare(address: Address, engine: Engine) -> None:
    ensure_schema(engine, address)
    with engine.begin() as connection:
        command.check(alembic_config(connection))


def test_every_migration_can_be_undone_and_done_again(address: Address, engine: Engine) -> None:
    ensure_schema(engine, address)
    with engine.begin() as connection:
        command.downgrade(alembic_config(connection), "base")
    assert inspect(engine).get_table_names() == ["alembic_version"]
    ensure_schema(engine, address)
    assert {"tokens", "access_events"} <= set(inspect(engine).get_table_names())


def test_the_newest_migration_is_the_one_that_the_code_asks_for(engine: Engine) -> None:
    with engine.connect() as connection:
        assert ScriptDirectory.from_config(alembic_config(connection)).get_current_head() == REVISION


def test_a_migration_that_fails_leaves_nothing_half_done(
    address: Address, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*arguments: object, **options: object) -> None:
        raise RuntimeError("power failure")

    with monkeypatch.context() as patch:
        patch.setattr("alembic.op.create_index", fail)
        with pytest.raises(RuntimeError, match="power failure"):
            ensure_schema(engine, address)
    assert inspect(engine).get_table_names() == []
    ensure_schema(engine, address)
    with engine.begin() as connection:
        command.check(alembic_config(connection))


def test_a_database_of_a_later_version_is_refused(address: Address, engine: Engine) -> None:
    ensure_schema(engine, address)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(ConfigError, match=r"of this version of Fenji or an earlier one, .*; update Fenji"):
        AccessStore(address)


def test_processes_that_start_at_once_make_one_database(address: Address) -> None:
    code = "from serving.database.access import opened_store\nwith opened_store() as store: print(len(store.tokens()))"
    environment = {DATABASE_VARIABLE: address.url, "PYTHONPATH": str(PROJECT), "PATH": ""}
    started = [
        subprocess.Popen([sys.executable, "-c", code], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(3)
    ]
    answers = [process.communicate(timeout=120) for process in started]
    assert [out.strip() for out, _ in answers] == [b"0"] * 3, [error.decode() for _, error in answers]


def test_what_is_found_in_place_is_used_without_loading_alembic(store: AccessStore, address: Address) -> None:
    code = (
        "import sys\nfrom serving.database.access import opened_store\n"
        "with opened_store() as store: store.tokens()\nprint('alembic' in sys.modules)"
    )
    environment = {DATABASE_VARIABLE: address.url, "PYTHONPATH": str(PROJECT), "PATH": ""}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_tokens_come_back_as_they_were_kept_with_the_event_that_made_them(store: AccessStore) -> None:
    for token in (TOKEN, SCOPED):
        store.add_token(token, AccessEvent(NOW, "token_created", token.id, "经办人"))
    assert store.tokens() == [TOKEN, SCOPED]
    assert store.tokens()[0].created_at.utcoffset() == timedelta(0)
    assert [(event.kind, event.token_id, event.actor) for event in store.events()] == [
        ("token_created", TOKEN.id, "经办人"),
        ("token_created", SCOPED.id, "经办人"),
    ]


def test_a_token_is_revoked_once_from_then_on(store: AccessStore) -> None:
    store.add_token(TOKEN, AccessEvent(NOW, "token_created", TOKEN.id))
    later = NOW + timedelta(days=1)
    assert store.revoke_token(TOKEN.id, AccessEvent(later, "token_revoked", TOKEN.id, "经办人")) == TOKEN
    assert store.tokens()[0].revoked_at == later
    with pytest.raises(ConfigError, match=r"revoked once, abcdefghjkmn was 2026-03-03"):
        store.revoke_token(TOKEN.id, AccessEvent(later, "token_revoked", TOKEN.id))
    with pytest.raises(ConfigError, match=r"none has 'nobody'; see `fenji token list`"):
        store.revoke_token("nobody", AccessEvent(later, "token_revoked", "nobody"))
    assert [event.kind for event in store.events()] == ["token_created", "token_revoked"]


def test_the_last_day_of_use_is_kept(store: AccessStore) -> None:
    store.add_token(TOKEN, AccessEvent(NOW, "token_created", TOKEN.id))
    store.mark_used(TOKEN.id, date(2026, 3, 5))
    assert store.tokens()[0].last_used_on == date(2026, 3, 5)


def test_events_are_kept_whole_and_found_from_a_moment_on(store: AccessStore) -> None:
    event = AccessEvent(NOW, "lists_checked", TOKEN.id, None, "r" * 36, "procurement", 1000, 12, 3, "d" * 64)
    store.record(event)
    store.record(AccessEvent(NOW + timedelta(seconds=1), "lists_checked"))
    assert store.events()[0] == event
    assert len(store.events(since=NOW)) == 2
    assert len(store.events(since=NOW + timedelta(microseconds=1))) == 1


def test_an_event_is_on_disk_when_the_call_returns(store: AccessStore, address: Address) -> None:
    code = (
        "import os, signal, sys\nfrom datetime import datetime, timezone\n"
        "from serving.access.event import AccessEvent\nfrom serving.database.access import AccessStore\n"
        "from serving.database.address import database_address\n"
        "AccessStore(database_address()).record(AccessEvent(datetime.now(timezone.utc), 'lists_checked'))\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    environment = {DATABASE_VARIABLE: address.url, "PYTHONPATH": str(PROJECT), "PATH": ""}
    subprocess.run([sys.executable, "-c", code], env=environment, check=False)
    assert len(store.events()) == 1


def test_writers_wait_for_each_other(store: AccessStore, address: Address) -> None:
    code = (
        "from datetime import datetime, timezone\nfrom serving.access.event import AccessEvent\n"
        "from serving.database.access import opened_store\nwith opened_store() as store:\n"
        "    for _ in range(25): store.record(AccessEvent(datetime.now(timezone.utc), 'lists_checked'))"
    )
    environment = {DATABASE_VARIABLE: address.url, "PYTHONPATH": str(PROJECT), "PATH": ""}
    writers = [subprocess.Popen([sys.executable, "-c", code], env=environment) for _ in range(2)]
    assert [writer.wait(120) for writer in writers] == [0, 0]
    assert len(store.events()) == 50


def test_a_sqlite_database_is_in_wal_mode_and_for_its_owner_alone(tmp_path: Path) -> None:
    address = database_address(f"sqlite:///{tmp_path}/fenji.db")
    AccessStore(address).close()
    assert (tmp_path / "fenji.db").stat().st_mode & 0o777 == 0o600
    engine = open_engine(address)
    with engine.connect() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert connection.execute(text("PRAGMA synchronous")).scalar() == 2
    engine.dispose()


def test_the_database_lies_beside_the_current_file_unless_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(CURRENT_VARIABLE, str(tmp_path / "current.json"))
    monkeypatch.delenv(DATABASE_VARIABLE, raising=False)
    assert database_address().file == tmp_path / "fenji.db"
    assert not database_address().is_made
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(DATABASE_VARIABLE, "sqlite:///other.db")
    assert database_address().file == tmp_path / "other.db"


@pytest.mark.parametrize(
    "url", ["mysql://fenji:secret@db/fenji", "sqlite://", "sqlite:///x.db?mode=ro", "postgresql://db", "nonsense", "x"]
)
def test_any_other_database_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(ConfigError, match=r"FENJI_DATABASE_URL must be sqlite:///PATH or postgresql") as refusal:
        database_address(url)
    assert "secret" not in str(refusal.value)


def test_a_server_that_does_not_answer_is_refused_without_the_password() -> None:
    address = database_address("postgresql://fenji:secret@127.0.0.1:9/none")
    assert "secret" not in repr(address)
    with pytest.raises(ConfigError, match=r"127\.0\.0\.1:9/none must be usable, got OperationalError") as refusal:
        AccessStore(address)
    assert "secret" not in str(refusal.value)


def test_without_psycopg_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(ConfigError, match=r"127\.0\.0\.1:9/none needs psycopg, .*; run `make install`"):
        open_engine(database_address("postgresql+psycopg://fenji@127.0.0.1:9/none"))


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "fenji.db").write_bytes(b"no database" * 100)
    with pytest.raises(ConfigError, match=r"fenji\.db must be usable, got DatabaseError"):
        AccessStore(database_address(f"sqlite:///{tmp_path}/fenji.db"))


def test_a_folder_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"fenji\.db must be usable, got \w*Error"):
        AccessStore(database_address(f"sqlite:///{tmp_path}/file/fenji.db"))


def test_moments_are_kept_to_the_microsecond_whatever_their_zone(store: AccessStore) -> None:
    exact = datetime(2026, 3, 2, 1, 30, 0, 123456, tzinfo=UTC)
    store.record(AccessEvent(exact.astimezone(ZoneInfo("America/New_York")), "lists_checked"))
    assert store.events()[0].at == exact
