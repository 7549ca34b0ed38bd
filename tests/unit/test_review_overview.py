"""The overview and the table of the review pages: counts, movement, lights, search, order, pages and scope."""

import re
import shutil
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.tiers import TIERS
from records.quality import MEASURES, OverallQuality
from serving.access.scope import EVERYTHING, Scope
from serving.decisions.rulings import Ruling, Rulings
from serving.review.enterprises.columns import TableColumns
from serving.review.enterprises.search import PAGE_ROWS, Search, find
from serving.review.enterprises.states import Standing
from serving.review.overview.earlier import moved_before, moved_since
from serving.review.overview.lights import FRESH_DAYS, OLD_DAYS, lights_of
from serving.scorer import Scorer
from serving.scoring.population import write_snapshot
from serving.snapshot import load_snapshot
from serving.verdicts import SOURCES
from tests import reviewed_district
from tests import served_district as district
from tests.held_tokens import NOW
from tests.reviewer_visits import ReviewService


@pytest.fixture(scope="module")
def scorer(tmp_path_factory: pytest.TempPathFactory) -> Scorer:
    return reviewed_district.scorer_with_a_past(tmp_path_factory.mktemp("served"))


@pytest.fixture(scope="module")
def columns(scorer: Scorer) -> TableColumns:
    return TableColumns(scorer.snapshot)


def standing(columns: TableColumns, rulings: dict | None = None) -> Standing:
    return Standing(columns, Rulings(), rulings or {})


@pytest.fixture(scope="module")
def answers(scorer: Scorer) -> list[dict]:
    """Every row of the snapshot as the service answers it, in the snapshot's order."""
    ids = [one.decode() for one in scorer.snapshot.ids.tolist()]
    return scorer.score(ids, None)["results"]


searches = st.builds(
    Search,
    id=st.sampled_from([None, "E", "e00", "企业", "7", "nobody"]),
    sector=st.sampled_from([None, "food_operation", "drugs", "nowhere"]),
    tier=st.sampled_from([None, "low", "high"]),
    station=st.sampled_from([None, district.STATION, "别所"]),
    source=st.sampled_from([None, "sector", "hard_rule", "override", "nonsense"]),
    borderline=st.sampled_from([None, "yes"]),
    sort=st.sampled_from(["risk", "probability", "id"]),
)
scopes = st.sampled_from(
    [EVERYTHING, Scope(frozenset({"drugs"})), Scope(stations=frozenset({district.STATION})), Scope(frozenset())]
)


# A machine that does much else at the time is slow, not wrong.
@settings(deadline=None, max_examples=60)
@given(searches, scopes)
def test_a_search_finds_what_a_plain_look_at_every_row_finds(
    answers: list[dict], columns: TableColumns, search: Search, scope: Scope
) -> None:
    found = find(columns, standing(columns), search, scope)
    stations = {district.enterprise_id(n): district.STATION for n in range(district.ENTERPRISES) if n % 10 == 2}
    expected = [
        at
        for at, one in enumerate(answers)
        if (search.id is None or search.id.lower() in one["enterprise_id"].lower())
        and search.sector in (None, one["sector"])
        and search.tier in (None, one["tier"])
        and search.station in (None, stations.get(one["enterprise_id"]))
        and search.source in (None, one["source"])
        and (search.borderline is None or one["borderline"])
        and scope.has_sector(one["sector"])
        and scope.has_station(stations.get(one["enterprise_id"]))
    ]
    assert found.total == len(expected)
    assert set(found.rows.tolist()) <= set(expected)
    assert len(found.rows) == min(PAGE_ROWS, len(expected))


def test_the_order_is_that_which_was_asked_for(answers: list[dict], columns: TableColumns) -> None:
    by_risk = [answers[at] for at in standing(columns).by_risk.tolist()]
    ranks = [one["tier_rank"] or 0 for one in by_risk]
    assert ranks == sorted(ranks, reverse=True)
    for rank in set(ranks):
        within = [one["probability"] or -1 for one in by_risk if (one["tier_rank"] or 0) == rank]
        assert within == sorted(within, reverse=True)
    likely = [answers[at]["probability"] or -1 for at in columns.by_probability.tolist()]
    assert likely == sorted(likely, reverse=True)
    by_id = find(columns, standing(columns), Search(sort="id"), EVERYTHING).rows.tolist()
    assert by_id == list(range(len(answers)))[:PAGE_ROWS]


def test_a_page_past_the_last_is_the_last_and_nothing_is_twice_or_missing(
    columns: TableColumns, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("serving.review.enterprises.search.PAGE_ROWS", 7)
    pages = [find(columns, standing(columns), Search(page=page), EVERYTHING) for page in range(1, 9)]
    shown = [row for page in pages[: -(-pages[0].total // 7)] for row in page.rows.tolist()]
    assert sorted(shown) == list(range(len(columns.owner)))
    assert pages[-1].rows.tolist() == pages[-2].rows.tolist()


def test_every_row_is_found_by_its_key(columns: TableColumns) -> None:
    for row in range(len(columns.owner)):
        assert columns.row_of(*columns.key_of(row)) == row
    assert columns.row_of("nobody", "drugs") is None
    assert columns.row_of("E0000", "nowhere") is None


def test_overrides_are_found_by_the_tier_they_put_there(scorer: Scorer, columns: TableColumns) -> None:
    high = np.flatnonzero(
        (scorer.snapshot.columns["tier"] == 4) & (scorer.snapshot.columns["source"] != SOURCES.index("hard_rule"))
    )
    moved, agreed = columns.key_of(int(high[0])), columns.key_of(int(high[1]))
    ruling = Ruling(1, 2, None, None, NOW.date())
    rulings = {moved: ruling, agreed: replace(ruling, tier_rank=None, agreed_rank=4), ("nobody", "drugs"): ruling}
    stand = standing(columns, rulings)
    assert find(columns, stand, Search(tier="medium"), EVERYTHING).rows.tolist() == [high[0]]
    assert find(columns, stand, Search(source="override"), EVERYTHING).rows.tolist() == [high[0]]
    assert find(columns, stand, Search(state="confirmed"), EVERYTHING).rows.tolist() == [high[1]]
    left = find(columns, stand, Search(state="unconfirmed"), EVERYTHING)
    assert left.total == int((scorer.snapshot.columns["tier"] == 4).sum()) - 2


def test_order_source_and_tier_are_those_that_are_shown(scorer: Scorer, columns: TableColumns) -> None:
    tier, source = scorer.snapshot.columns["tier"], scorer.snapshot.columns["source"]
    by_model = source == SOURCES.index("general")
    lowered, raised = (np.flatnonzero(by_model & is_wanted)[0] for is_wanted in (tier == 4, (tier > 0) & (tier < 4)))
    ruling = Ruling(1, 4, None, None, NOW.date())
    rulings = {
        columns.key_of(int(raised)): ruling,
        columns.key_of(int(lowered)): replace(ruling, tier_rank=1),
    }
    stand = standing(columns, rulings)
    order = stand.by_risk
    assert stand.ranks[order].tolist() == sorted(stand.ranks.tolist(), reverse=True)
    assert stand.ranks[[raised, lowered]].tolist() == [4, 1]
    sources = {one: find(columns, stand, Search(source=one), EVERYTHING).total for one in ("general", "override")}
    assert sources == {"general": int(by_model.sum()) - 2, "override": 2}


def test_the_overview_counts_what_the_snapshot_counts(scorer: Scorer, tmp_path: Path) -> None:
    page = ReviewService(scorer, tmp_path).visitor().get("/review/").text
    for sector, counts in scorer.snapshot.counts["tiers"].items():
        for tier in TIERS:
            pattern = rf'sector={sector}&amp;tier={tier.id}">([\d,]+)<'
            shown = re.findall(pattern, page)
            assert shown == ([str(counts[tier.id])] if sum(counts.values()) else [])


def test_a_scope_sees_its_own_counts_alone(scorer: Scorer, tmp_path: Path) -> None:
    service = ReviewService(scorer, tmp_path)
    page = service.visitor("reviewer", Scope(frozenset({"drugs"}))).get("/review/").text
    assert "sector=drugs" in page
    assert "sector=food_operation" not in page
    table = service.visitor("reviewer", Scope(stations=frozenset({district.STATION}))).get("/review/enterprises").text
    shown = set(re.findall(r'scope="row"><a href="[^"]*">([^<]+)<', table))
    assert shown == {district.enterprise_id(number) for number in range(2, district.ENTERPRISES, 10)}


def test_movement_is_told_since_the_latest_earlier_snapshot(scorer: Scorer) -> None:
    moved = moved_before(scorer.snapshot, EVERYTHING)
    assert moved is not None
    assert (moved.since, moved.is_other_release) == (reviewed_district.EARLIER, False)
    tiered = int((scorer.snapshot.columns["tier"] > 0).sum())
    assert int(moved.migration.counts.to_numpy().sum()) + int(moved.migration.entered.sum()) == tiered
    assert moved.migration.raised > 0
    drugs = moved_before(scorer.snapshot, Scope(frozenset({"drugs"})))
    assert drugs is not None
    assert 0 < int(drugs.migration.counts.to_numpy().sum()) < tiered


def test_a_damaged_or_later_snapshot_is_passed_over(scorer: Scorer, tmp_path: Path) -> None:
    here = tmp_path / "2024-07"
    shutil.copytree(scorer.snapshot.directory, here)
    as_of, release = scorer.snapshot.as_of, scorer.snapshot.release
    assert moved_since(here, as_of, release, EVERYTHING) is None
    shutil.copytree(here, tmp_path / "2024-08")
    earlier = tmp_path / "2024-01"
    shutil.copytree(scorer.snapshot.directory.parent / "2024-01", earlier)
    (earlier / "columns" / "tier.npy").write_bytes(b"changed")
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "snapshot.json").write_text("[]")
    moved_since.cache_clear()
    assert moved_since(here, as_of, release, EVERYTHING) is None


@pytest.mark.parametrize(
    ("days", "state"),
    [(FRESH_DAYS, "good"), (FRESH_DAYS + 1, "warn"), (OLD_DAYS, "warn"), (OLD_DAYS + 1, "bad")],
)
def test_a_light_changes_beyond_its_bound(scorer: Scorer, days: int, state: str) -> None:
    lights = {one.en: one for one in lights_of(scorer, None, scorer.snapshot.as_of + timedelta(days=days))}
    assert lights["Age of the snapshot"].state == state


@pytest.mark.parametrize(
    ("quarantined", "timeliness", "states"),
    [
        (10, 0.9, ["good", "good"]),
        (11, 0.8999, ["warn", "warn"]),
        (50, 0.7, ["warn", "warn"]),
        (51, 0.6, ["bad", "bad"]),
    ],
)
def test_quarantine_and_quality_are_what_scoring_found(
    tmp_path: Path, scorer: Scorer, quarantined: int, timeliness: float, states: list[str]
) -> None:
    measures: dict[str, float | None] = {one.name: 1.0 for one in MEASURES} | {"timeliness": timeliness, "norm": None}
    quality = OverallQuality(1000, quarantined, measures)
    write_snapshot(reviewed_district.frame(), district.records(), scorer.release, tmp_path / "stated", quality=quality)
    stated = Scorer(scorer.release, load_snapshot(tmp_path / "stated"))
    assert stated.snapshot.quality == quality
    lights = lights_of(stated, None, date(2024, 7, 2))[-2:]
    assert [one.state for one in lights] == states
    assert f"of 1,000 rows that were read {quarantined} " in lights[0].because_en
    assert f"timeliness {timeliness:.1%}" in lights[1].because_en
    assert "norm" not in lights[1].because_en


def test_a_light_that_nothing_is_known_for_says_so(scorer: Scorer) -> None:
    lights = {one.en: one for one in lights_of(scorer, None, date(2024, 7, 2))}
    unknown = {name for name, one in lights.items() if one.state == "unknown"}
    assert unknown == {
        "Timeliness of the data",
        "Drift of the tiers",
        "Drift of the margins",
        "Age of the models",
        "Quarantined records",
        "The seven measures of quality",
    }
    assert all(
        "fenji score" in one.because_en for one in lights.values() if one.en.startswith(("Drift", "Quar", "The seven"))
    )
    assert all(one.because_zh and one.because_en for one in lights.values())


@pytest.mark.parametrize(
    "query", ["page=0", "page=x", "sort=x", "tier=x", "unknown=1", "id=" + "x" * 65, "page=1&page=2"]
)
def test_a_search_that_makes_no_sense_is_refused(scorer: Scorer, tmp_path: Path, query: str) -> None:
    assert ReviewService(scorer, tmp_path).visitor().get(f"/review/enterprises?{query}").status_code == 400


@pytest.mark.parametrize("sector", ["../../../etc/passwd", "..%2F..", "%00", "drugs/../food_operation"])
def test_a_path_outside_the_snapshot_is_no_enterprise_and_no_sector(
    scorer: Scorer, tmp_path: Path, sector: str
) -> None:
    visitor = ReviewService(scorer, tmp_path).visitor()
    for address in (
        f"/review/decision?enterprise=E0000&sector={sector}",
        f"/review/decision?enterprise={sector}&sector=drugs",
        f"/review/dossier.pdf?enterprise={sector}&sector=drugs",
    ):
        answer = visitor.get(address)
        assert answer.status_code in (400, 404)
        assert "root:" not in answer.text
