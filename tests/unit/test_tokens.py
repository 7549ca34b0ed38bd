"""Tokens: what they look like, when they count, how long a worker remembers them, and who may make which."""

import json
import logging
import re
import sqlite3
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from rich.console import Console

from records.errors import ConfigError, RequestError
from serving.access.administration import LONGEST_DAYS, checked_scope, create_token, revoke_token
from serving.access.keyring import Keyring
from serving.access.loopback import is_loopback, names_loopback
from serving.access.scope import EVERYTHING, Scope
from serving.access.token import Token, digest_of, new_id, new_secret, split
from serving.access.token_table import print_tokens
from serving.database.access import AccessStore
from serving.database.address import database_address
from serving.database.audit import AuditStore
from serving.remembered import ASK_AGAIN_SECONDS, MAX_AGE_SECONDS
from tests.held_tokens import NOW, Clock, MemoryBook

DAY = timedelta(days=1)


@pytest.fixture
def store(tmp_path: Path) -> AccessStore:
    return AccessStore(database_address(f"sqlite:///{tmp_path}/fenji.db"))


def test_a_token_is_an_id_and_256_random_bits() -> None:
    assert len({new_id() for _ in range(1000)}) == 1000
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", new_secret())


def test_only_the_text_of_a_token_is_taken_for_one() -> None:
    text = MemoryBook().make("sampler")
    token_id, secret = text.split("_", 2)[1:]
    assert split(text) == (token_id, secret)
    for other in ("", text + "x", text[:-1], text.upper(), "x" + text, text.replace("fenji", "token"), f"{text}\n"):
        assert split(other) is None


def test_a_digest_opens_only_the_token_that_it_was_made_for() -> None:
    secret = new_secret()
    token = Token("abcdefghjkmn", "", "sampler", digest_of("abcdefghjkmn", secret), NOW, NOW + DAY)
    assert token.opens_with(secret)
    assert not token.opens_with(new_secret())
    assert not replace(token, id="zbcdefghjkmn").opens_with(secret)
    assert not token.opens_with("é" * 43)


def test_nobody_can_print_what_a_token_keeps_of_its_secret() -> None:
    token = Token("abcdefghjkmn", "", "sampler", digest_of("abcdefghjkmn", "s"), NOW, NOW + DAY)
    assert "digest" not in repr(token)


def test_a_token_counts_until_it_expires_and_not_at_that_moment() -> None:
    token = Token("abcdefghjkmn", "", "sampler", b"", NOW, NOW + DAY)
    second = timedelta(seconds=1)
    assert token.is_usable(NOW)
    assert token.is_usable(NOW + DAY - second)
    assert not token.is_usable(NOW + DAY)
    assert not token.is_usable(NOW + DAY + second)
    assert not replace(token, revoked_at=NOW).is_usable(NOW)


def test_a_worker_asks_the_database_once_for_many_requests() -> None:
    book, clock = MemoryBook(), Clock()
    keyring, text = Keyring(book, clock), book.make("sampler")
    for _ in range(1000):
        if not keyring.is_fresh:
            keyring.refresh()
        assert keyring.holder(split(text), NOW)
    assert book.questions == 1
    clock.seconds = MAX_AGE_SECONDS
    assert not keyring.is_fresh
    keyring.refresh()
    assert book.questions == 2


def test_a_revoked_token_is_refused_as_soon_as_what_is_remembered_is_too_old() -> None:
    book, clock = MemoryBook(), Clock()
    keyring, text = Keyring(book, clock), book.make("sampler")
    keyring.refresh()
    book.revoke(text)
    clock.seconds = MAX_AGE_SECONDS - 0.001
    assert keyring.is_fresh
    assert keyring.holder(split(text), NOW)
    clock.seconds = MAX_AGE_SECONDS
    assert not keyring.is_fresh
    keyring.refresh()
    assert keyring.holder(split(text), NOW) is None


def test_a_token_that_expires_between_two_questions_is_refused_at_once() -> None:
    book = MemoryBook()
    keyring, text = Keyring(book, Clock()), book.make("sampler", days=1)
    keyring.refresh()
    assert keyring.holder(split(text), NOW + DAY) is None


def test_an_unknown_a_wrong_and_no_token_are_refused_alike() -> None:
    book = MemoryBook()
    keyring, text = Keyring(book, Clock()), book.make("sampler")
    keyring.refresh()
    token_id, _ = split(text) or ("", "")
    for given in (None, (token_id, new_secret()), (new_id(), new_secret()), ("", "")):
        assert keyring.holder(given, NOW) is None


def test_while_the_database_is_down_nobody_is_let_in_and_it_is_not_asked_by_every_request(
    caplog: pytest.LogCaptureFixture,
) -> None:
    book, clock = MemoryBook(), Clock()
    keyring = Keyring(book, clock)
    keyring.refresh()
    book.is_down = True
    clock.seconds = MAX_AGE_SECONDS
    for _ in range(3):
        with pytest.raises(RequestError, match=r"database must answer .* try again shortly") as refusal:
            keyring.refresh()
        assert refusal.value.status == 503
    assert book.attempts == 2
    clock.seconds += MAX_AGE_SECONDS
    with pytest.raises(RequestError, match=r"database must answer"):
        keyring.refresh()
    assert book.attempts == 3
    assert caplog.text.count("tokens cannot be read") == 1
    book.is_down = False
    clock.seconds += MAX_AGE_SECONDS
    keyring.refresh()
    assert keyring.is_fresh


def test_what_is_remembered_can_be_renewed_before_it_is_too_old() -> None:
    book, clock = MemoryBook(), Clock()
    keyring = Keyring(book, clock)
    keyring.refresh()
    clock.seconds = ASK_AGAIN_SECONDS - 0.001
    keyring.refresh(ASK_AGAIN_SECONDS)
    assert book.questions == 1
    clock.seconds = ASK_AGAIN_SECONDS
    keyring.refresh()
    assert book.questions == 1
    keyring.refresh(ASK_AGAIN_SECONDS)
    assert book.questions == 2


def test_a_database_that_is_lost_does_not_open_the_service_again() -> None:
    book, clock = MemoryBook(), Clock()
    keyring = Keyring(book, clock)
    text = book.make("sampler")
    keyring.refresh()
    book.kept.clear()
    clock.seconds = MAX_AGE_SECONDS
    keyring.refresh()
    assert keyring.is_configured
    assert keyring.holder(split(text), NOW) is None


def test_use_is_noted_once_a_day_and_worker(caplog: pytest.LogCaptureFixture) -> None:
    book = MemoryBook()
    keyring, text = Keyring(book, Clock()), book.make("sampler")
    keyring.refresh()
    token = keyring.holder(split(text), NOW)
    assert token is not None
    first, second = date(2026, 3, 2), date(2026, 3, 3)
    assert keyring.is_first_use(token, first)
    keyring.note_use(token, first)
    assert not keyring.is_first_use(token, first)
    assert keyring.is_first_use(token, second)
    assert not keyring.is_first_use(replace(token, last_used_on=second), second)
    book.is_down = True
    keyring.note_use(token, second)
    assert book.uses == [(token.id, first)]
    assert "use of a token cannot be noted" in caplog.text


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("10.0.0.1", False),
        ("fenji.local", False),
        ("", False),
    ],
)
def test_which_addresses_are_this_machines_own(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


@pytest.mark.parametrize(
    ("authority", "expected"),
    [
        ("127.0.0.1", True),
        ("127.0.0.1:3000", True),
        ("localhost:3000", True),
        ("LOCALHOST", True),
        ("[::1]", True),
        ("[::1]:3000", True),
        ("", False),
        (":3000", False),
        ("fenji.example:3000", False),
        ("10.0.0.1:3000", False),
        ("localhost.example", False),
        ("127.0.0.1.example:3000", False),
        ("fenji.example@127.0.0.1.example", False),
        ("[::1", False),
    ],
)
def test_which_host_headers_name_this_machine(authority: str, expected: bool) -> None:
    assert names_loopback(authority) is expected


def test_a_new_token_is_kept_without_its_secret_and_with_who_made_it(store: AccessStore, tmp_path: Path) -> None:
    scope = Scope(frozenset({"drugs"}), None)
    token, text = create_token(store, "approver", " 审批系统 ", 90, scope, "经办人", NOW)
    assert store.tokens() == [token]
    assert (token.name, token.expires_at, token.scope) == ("审批系统", NOW + 90 * DAY, scope)
    (_, secret) = split(text) or ("", "")
    assert token.opens_with(secret)
    for file in tmp_path.iterdir():
        assert secret.encode() not in file.read_bytes()
    revoke_token(store, token.id, "经办人", NOW + DAY)
    with AuditStore(database_address(f"sqlite:///{tmp_path}/fenji.db")) as audit:
        entries = audit.entries()
    assert [(one.kind, one.actor, one.at) for one in entries] == [
        ("token_created", "command:经办人", NOW),
        ("token_revoked", "command:经办人", NOW + DAY),
    ]
    assert [json.loads(one.detail) for one in entries] == [
        {
            "token": token.id,
            "role": "approver",
            "expires_at": token.expires_at.isoformat(),
            "scope": {"sectors": ["drugs"], "stations": None},
        },
        {"token": token.id},
    ]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"role": "boss"}, r"role must be one of sampler, reviewer, approver, scientist, auditor, got 'boss'"),
        ({"name": "  "}, r"name must have 1 to 100 printable characters, got 0"),
        ({"name": "x" * 101}, r"name must have 1 to 100 printable characters, got 101"),
        ({"name": "a\nb"}, r"name must have 1 to 100 printable characters"),
        ({"name": "a\udcff"}, r"name must have 1 to 100 printable characters"),
        ({"by": "x" * 65}, r"Who makes or revokes a token must have 1 to 64 printable characters"),
        ({"days": 0}, r"lives 1 to 366 days, got 0"),
        ({"days": LONGEST_DAYS + 1}, r"lives 1 to 366 days, got 367"),
    ],
)
def test_a_token_that_makes_no_sense_is_not_made(store: AccessStore, change: dict, sentence: str) -> None:
    asked = {"role": "approver", "name": "审批系统", "days": 90, "scope": EVERYTHING, "by": "x", "now": NOW} | change
    with pytest.raises(ConfigError, match=sentence):
        create_token(store, **asked)
    assert store.tokens() == []


def test_a_scope_names_sectors_that_exist_and_stations_that_have_a_name() -> None:
    assert checked_scope([], [], ["drugs"]) == EVERYTHING
    assert checked_scope(["drugs", "drugs"], ["某所"], ["drugs"]) == Scope(frozenset({"drugs"}), frozenset({"某所"}))
    with pytest.raises(ConfigError, match=r"named by a standard, got 'drug'; choose among drugs"):
        checked_scope(["drug"], [], ["drugs"])
    with pytest.raises(ConfigError, match=r"station must have 1 to 100 printable characters"):
        checked_scope([], [" "], ["drugs"])


def test_a_scope_sees_only_what_it_names() -> None:
    scope = Scope(frozenset({"drugs"}), frozenset({"某所"}))
    assert scope.has_sector("drugs")
    assert not scope.has_sector("general")
    assert scope.has_station("某所")
    assert not scope.has_station(None)
    assert EVERYTHING.has_station(None)
    assert EVERYTHING.narrowed("drugs") == Scope(frozenset({"drugs"}))
    assert scope.narrowed(None) == scope


def test_the_list_tells_scope_state_and_last_use_and_no_secret() -> None:
    book = MemoryBook()
    texts = [
        book.make("sampler", Scope(frozenset({"drugs"}), frozenset({"某所"}))),
        book.make("approver"),
        book.make("auditor", days=-1),
    ]
    book.revoke(texts[1])
    book.kept[0] = replace(book.kept[0], last_used_on=date(2026, 3, 1))
    console = Console(width=200)
    with console.capture() as shown:
        print_tokens(console, book.kept, NOW)
    lines = [line for line in shown.get().splitlines() if any(one.id in line for one in book.kept)]
    for line, words in zip(
        lines,
        (("drugs", "某所", "2026-03-01", "有效 valid"), ("全部 all", "已撤销 revoked 2026-03-02"), ("已过期 expired",)),
        strict=True,
    ):
        assert all(word in line for word in words), line
    assert not any(text.split("_", 2)[2] in shown.get() for text in texts)


def test_the_list_says_what_no_token_means() -> None:
    console = Console(width=200)
    with console.capture() as shown:
        print_tokens(console, [], NOW)
    assert "only" in shown.get()


def test_tokens_can_be_read_while_another_process_writes(store: AccessStore, tmp_path: Path) -> None:
    create_token(store, "approver", "审批系统", 90, EVERYTHING, "x", NOW)
    writer = sqlite3.connect(tmp_path / "fenji.db", isolation_level=None)
    writer.execute("BEGIN EXCLUSIVE")
    writer.execute("DELETE FROM tokens")
    assert len(store.tokens()) == 1
    writer.execute("ROLLBACK")
    writer.close()


def test_a_warning_of_the_keyring_names_no_secret(caplog: pytest.LogCaptureFixture) -> None:
    book = MemoryBook()
    keyring, text = Keyring(book, Clock()), book.make("sampler")
    with caplog.at_level(logging.DEBUG):
        keyring.refresh()
        keyring.holder(split(text), NOW)
    assert text.split("_", 2)[2] not in caplog.text
