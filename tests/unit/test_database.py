"""The database of the service, on SQLite and on PostgreSQL: made once, migrated, and refused in one sentence."""

import gc
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text

from records.contract import TIMEZONE
from records.errors import ConfigError
from serving.access.scope import Scope
from serving.access.token import Token, digest_of
from serving.audit.event import AuditEvent
from serving.database.access import AccessStore
from serving.database.address import Address, database_address
from serving.database.audit import AuditStore
from serving.database.engine import open_engine
from serving.database.migrate import alembic_config
from serving.database.schema import REVISION, ensure_schema
from serving.places import CURRENT_VARIABLE, DATABASE_VARIABLE
from serving.serve import PROJECT

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
    assert {"tokens", "audit_entries"} <= set(inspect(engine).get_table_names())


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


def event(kind: str = "token_created", at: datetime = NOW) -> AuditEvent:
    return AuditEvent(at, kind, "command:经办人", {})


def test_tokens_come_back_as_they_were_kept(store: AccessStore) -> None:
    for token in (TOKEN, SCOPED):
        store.add_token(token, event())
    assert store.tokens() == [TOKEN, SCOPED]
    assert store.tokens()[0].created_at.utcoffset() == timedelta(0)


def test_a_token_is_revoked_once_from_then_on(store: AccessStore, address: Address) -> None:
    store.add_token(TOKEN, event())
    later = NOW + timedelta(days=1)
    assert store.revoke_token(TOKEN.id, event("token_revoked", later)) == TOKEN
    assert store.tokens()[0].revoked_at == later
    with pytest.raises(ConfigError, match=r"revoked once, abcdefghjkmn was 2026-03-03"):
        store.revoke_token(TOKEN.id, event("token_revoked", later))
    with pytest.raises(ConfigError, match=r"none has 'nobody'; see `fenji token list`"):
        store.revoke_token("nobody", event("token_revoked", later))
    with AuditStore(address) as audit:
        assert [entry.kind for entry in audit.entries()] == ["token_created", "token_revoked"]


def test_the_last_day_of_use_is_kept(store: AccessStore) -> None:
    store.add_token(TOKEN, event())
    store.mark_used(TOKEN.id, date(2026, 3, 5))
    assert store.tokens()[0].last_used_on == date(2026, 3, 5)


def test_a_store_that_nobody_holds_any_more_holds_no_connection(postgres: str) -> None:
    address = database_address(postgres)
    engine = open_engine(address)
    connected = text("SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend'")
    # Each question by itself: within a transaction PostgreSQL answers this one as it did first.
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        # Apps that earlier tests asked may still be connected.
        before = set(connection.execute(connected).scalars())
        store = AccessStore(address)
        store.tokens()
        own = set(connection.execute(connected).scalars()) - before
        assert len(own) == 1
        del store
        gc.collect()
        deadline = time.monotonic() + 5
        while own & set(connection.execute(connected).scalars()) and time.monotonic() < deadline:
            time.sleep(0.02)
        assert not own & set(connection.execute(connected).scalars())
    engine.dispose()


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
