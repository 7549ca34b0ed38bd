"""What decisions of reviewers do to the answers: overrides, their end, two persons for low, and the audit log."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.tiers import HIGH_RANK
from records.errors import ConfigError, RequestError
from serving.audit.chain import canonical
from serving.database.address import Address, database_address
from serving.database.audit import AuditStore
from serving.database.decisions import DecisionStore
from serving.decisions.decision import LOW_RANK, Decision, Second, Seen, content_digest
from serving.decisions.overlay import Overlay
from serving.decisions.rulings import Rulings
from serving.remembered import MAX_AGE_SECONDS
from tests.held_tokens import NOW, Clock

KEY = ("E0001", "food_operation")
SEEN = Seen("r" * 64, "s" * 64, date(2026, 3, 1), HIGH_RANK, "sector")
TODAY = NOW.date()


def decided(number: int = 0, **changes: object) -> Decision:
    """An override of a high tier to medium for a month, with what is to be otherwise."""
    decision = Decision(*KEY, "model_wrong", 2, "已整改", TODAY + timedelta(days=30), SEEN, "abcdefghjkmn", NOW, number)
    return replace(decision, **changes)


AGREED = {"verdict": "agree", "tier_rank": None}
FLAGGED = {"verdict": "data_wrong", "tier_rank": None, "expires_on": None}


def granted(decision: int, number: int, is_granted: bool = True) -> Second:
    return Second(decision, is_granted, "", "zbcdefghjkmn", NOW, number)


@pytest.fixture
def store(address: Address) -> Iterator[DecisionStore]:
    with DecisionStore(address) as opened:
        yield opened


@pytest.mark.parametrize(("days", "rules"), [(29, True), (30, False), (31, False)])
def test_an_override_rules_until_the_day_it_expires_exclusive(days: int, rules: bool) -> None:
    rulings = Rulings().after([decided(1)])
    assert (KEY in rulings.in_force(TODAY + timedelta(days=days))) == rules


def test_a_newer_ruling_replaces_an_older_one_for_good() -> None:
    short = decided(2, tier_rank=3, expires_on=TODAY + timedelta(days=1))
    rulings = Rulings().after([decided(1), short])
    assert rulings.in_force(TODAY)[KEY].tier_rank == 3
    assert rulings.in_force(TODAY + timedelta(days=1)) == {}


def test_an_agreement_ends_an_override() -> None:
    ruling = Rulings().after([decided(1), decided(2, **AGREED)]).in_force(TODAY)[KEY]
    assert ruling.tier_rank is None
    assert ruling.confirms(HIGH_RANK)


def test_what_is_said_to_be_wrong_leaves_the_tier_and_what_rules_it() -> None:
    rulings = Rulings().after([decided(1), decided(2, **FLAGGED)])
    assert rulings.in_force(TODAY)[KEY].number == 1
    assert rulings.faults == {KEY: "data_wrong"}
    assert rulings.after([decided(3, **AGREED)]).faults == {}


def test_an_override_to_low_waits_for_a_second_person() -> None:
    waiting = Rulings().after([decided(1), decided(2, tier_rank=LOW_RANK)])
    assert waiting.in_force(TODAY)[KEY].number == 1
    assert waiting.waiting_keys() == {KEY}
    assert waiting.after([granted(2, 3)]).in_force(TODAY)[KEY].tier_rank == LOW_RANK
    refused = waiting.after([granted(2, 3, is_granted=False)])
    assert (refused.in_force(TODAY)[KEY].number, refused.waiting_keys()) == (1, set())


def test_what_waits_is_dropped_when_a_newer_ruling_comes() -> None:
    rulings = Rulings().after([decided(1, tier_rank=LOW_RANK), decided(2, tier_rank=3), granted(1, 3)])
    assert rulings.in_force(TODAY)[KEY].tier_rank == 3


entries = st.lists(
    st.tuples(st.sampled_from([1, 2, 3, 4, None]), st.sampled_from(["A", "B"]), st.booleans(), st.booleans())
)


@settings(deadline=None)
@given(entries)
def test_entries_taken_in_one_by_one_or_at_once_rule_alike_and_low_never_alone(made: list[tuple]) -> None:
    told: list[Decision | Second] = []
    for tier_rank, name, is_seconded, is_granted in made:
        verdict = "agree" if tier_rank is None else "model_wrong"
        decision = decided(len(told) + 1, enterprise_id=name, tier_rank=tier_rank, verdict=verdict)
        told.append(decision)
        if decision.needs_second and is_seconded:
            told.append(granted(decision.number, len(told) + 1, is_granted))
    at_once, one_by_one = Rulings().after(told), Rulings()
    for entry in told:
        one_by_one = one_by_one.after([entry])
    assert one_by_one == at_once
    seconded = {entry.decision for entry in told if isinstance(entry, Second) and entry.is_granted}
    for ruling in at_once.in_force(TODAY).values():
        assert ruling.tier_rank != LOW_RANK or ruling.number in seconded


def test_a_decision_comes_back_as_it_was_kept_and_is_bound_by_the_audit_log(
    store: DecisionStore, address: Address
) -> None:
    kept = store.decide(decided())
    assert store.of_enterprise(*KEY) == [kept]
    assert store.of_enterprise("E0001", "drugs") == []
    with AuditStore(address) as audit:
        entry = audit.entries()[-1]
        assert list(audit.faults()) == []
    assert (entry.number, entry.kind, entry.actor) == (kept.number, "tier_decided", "token:abcdefghjkmn")
    assert content_digest(store.of_enterprise(*KEY)[0]) in entry.detail
    assert content_digest(replace(kept, reason="另一理由")) not in entry.detail
    assert "E0001" not in entry.detail
    assert entry.detail == canonical(decided().told())


def test_a_decision_that_cannot_be_written_down_is_not_kept(
    store: DecisionStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("serving.database.decisions._row", lambda decision: 1 / 0)
    with pytest.raises(ZeroDivisionError, match="division"):
        store.decide(decided())
    monkeypatch.undo()
    assert list(store.news(0)) == []
    with AuditStore(store._address) as audit:
        assert audit.entries() == []


def test_news_come_in_order_and_only_once(store: DecisionStore) -> None:
    first = store.decide(decided(tier_rank=LOW_RANK))
    second = store.second(granted(first.number, 0))
    assert [entry.number for entry in store.news(0)] == [first.number, second.second.number]
    assert list(store.news(first.number)) == [second.second]
    assert list(store.news(second.second.number)) == []
    assert store.of_numbers([first.number]) == [second]


def refused_second(store: DecisionStore, second: Second) -> tuple[str, int]:
    with pytest.raises(RequestError, match=r"decision|override") as refused:
        store.second(second)
    return refused.value.code, refused.value.status


def test_only_another_token_seconds_and_only_once(store: DecisionStore) -> None:
    waiting = store.decide(decided(tier_rank=LOW_RANK)).number
    for token_id in ("abcdefghjkmn", None):
        assert refused_second(store, replace(granted(waiting, 0), token_id=token_id)) == ("same_person", 403)
    store.second(granted(waiting, 0))
    assert refused_second(store, granted(waiting, 0)) == ("not_waiting", 409)
    assert refused_second(store, granted(waiting + 100, 0)) == ("unknown_decision", 404)


def test_what_was_decided_without_a_token_can_be_seconded_by_one(store: DecisionStore) -> None:
    waiting = store.decide(decided(tier_rank=LOW_RANK, token_id=None)).number
    assert store.second(granted(waiting, 0)).is_granted


def test_what_a_newer_ruling_replaced_cannot_be_granted_any_more(store: DecisionStore) -> None:
    waiting = store.decide(decided(tier_rank=LOW_RANK)).number
    store.decide(decided(**FLAGGED))
    newer = store.decide(decided(tier_rank=3))
    assert refused_second(store, granted(waiting, 0)) == ("not_waiting", 409)
    assert refused_second(store, granted(newer.number, 0)) == ("not_waiting", 409)


class Kept:
    """Decisions in memory, which count how often they are asked for; while `is_down` they answer nothing."""

    def __init__(self) -> None:
        self.entries: list[Decision | Second] = []
        self.asked: list[int] = []
        self.is_down = False

    def news(self, after: int) -> list[Decision | Second]:
        if self.is_down:
            raise ConfigError("The database at nowhere must be usable, got nothing; start it.")
        self.asked.append(after)
        return [entry for entry in self.entries if entry.number > after]


def test_the_overlay_asks_for_what_is_new_once_in_a_while_and_never_answers_from_what_is_too_old() -> None:
    kept, clock = Kept(), Clock()
    overlay = Overlay(kept, lambda: NOW, clock)
    assert overlay.in_force() == {}
    kept.entries.append(decided(7))
    clock.seconds = MAX_AGE_SECONDS - 0.01
    assert (overlay.in_force(), kept.asked) == ({}, [0])
    clock.seconds = MAX_AGE_SECONDS
    assert overlay.in_force()[KEY].tier_rank == 2
    overlay.refresh(older_than=0)
    assert (kept.asked, overlay.pinned()[0]) == ([0, 0, 7], 7)
    kept.is_down = True
    clock.seconds += MAX_AGE_SECONDS
    with pytest.raises(RequestError, match="which tiers people have decided on"):
        overlay.in_force()


def test_what_expires_at_midnight_rules_no_more_without_anything_new() -> None:
    kept, now = Kept(), [NOW]
    kept.entries.append(decided(1, expires_on=TODAY + timedelta(days=1)))
    overlay = Overlay(kept, lambda: now[0], Clock())
    assert KEY in overlay.in_force()
    now[0] = NOW.replace(hour=0, minute=0) + timedelta(days=1)
    assert overlay.in_force() == {}


def test_reading_decisions_makes_no_database(tmp_path: Path) -> None:
    from serving.review.desk import Desk

    desk = Desk(lambda: database_address(f"sqlite:///{tmp_path}/fenji.db"))
    assert list(desk.news(0)) == []
    assert list(tmp_path.iterdir()) == []
