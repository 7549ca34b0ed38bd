"""What came of a draw is handed in once, after its seed, and only if it is as large as was registered."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from serving.access.scope import Scope
from serving.database.address import Address
from serving.database.audit import AuditStore
from serving.draws.pool import history_of
from serving.release import load_release
from serving.scorer import Scorer
from serving.scoring.population import write_snapshot
from serving.snapshot import load_snapshot
from tests import served_district as district
from tests.approvals import refused
from tests.checked_district import CHECKED, DRAWN, OFTEN, records_with_checks
from tests.sampling_module import NOW, SamplingModule, a_draw, a_plan, served

SECTOR = district.SECTOR_MODEL
AFTER = NOW + timedelta(days=4)


@pytest.fixture(scope="module")
def scorer(tmp_path_factory: pytest.TempPathFactory) -> Scorer:
    return served(tmp_path_factory.mktemp("served"))


def with_a_draw(scorer: Scorer, address: Address) -> SamplingModule:
    made = SamplingModule(scorer, address)
    assert made.post("/v1/draws", a_draw(scorer)).status_code == 200
    made.now = AFTER
    return made


@pytest.fixture
def module(scorer: Scorer, address: Address) -> SamplingModule:
    return with_a_draw(scorer, address)


@pytest.fixture(scope="module")
def local(scorer: Scorer, tmp_path_factory: pytest.TempPathFactory) -> SamplingModule:
    """One for many tests, over SQLite alone, to which nobody hands in a plan that is kept."""
    return with_a_draw(scorer, SamplingModule.sqlite(tmp_path_factory.mktemp("local")))


ADDRESS = "/v1/draws/2026-03-food-01/plan"


def test_a_plan_is_handed_in_once_and_can_be_read_back(module: SamplingModule) -> None:
    assert refused(module.get(ADDRESS), 404)["code"] == "no_plan"
    answer = module.post(ADDRESS, a_plan())
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert (told["plan"], told["received_at"]) == (a_plan(), AFTER.isoformat())
    assert module.get(ADDRESS).content == module.post(ADDRESS, a_plan()).content == answer.content
    other = refused(module.post(ADDRESS, a_plan() | {"seed": "3 1 4 1 6"}), 409)
    assert other["code"] == "plan_differs"
    with AuditStore(module.address) as audit:
        entry = audit.entries()[-1]
        assert (entry.number, entry.kind) == (told["entry"], "draw_planned")
        assert "3 1 4 1 5" in entry.detail
        assert "low-1" not in entry.detail


def test_a_plan_comes_after_the_seed_and_its_retry_at_any_time(module: SamplingModule) -> None:
    module.now = NOW + timedelta(days=3) - timedelta(microseconds=1)
    refusal = refused(module.post(ADDRESS, a_plan()), 400)
    assert (refusal["code"], refusal["field"]) == ("seed_early", "seed")
    module.now = NOW + timedelta(days=3)
    first = module.post(ADDRESS, a_plan())
    assert first.status_code == 200
    module.now = NOW
    assert module.post(ADDRESS, a_plan()).content == first.content


def _changed(**unit: Any) -> dict[str, Any]:
    plan = a_plan()
    plan["units"][0] |= unit
    return plan


@pytest.mark.parametrize(
    ("plan", "code", "field"),
    [
        (_changed(enterprise_id="low-1"), "repeated", "units.1.enterprise_id"),
        (_changed(inspectors=["JC01", "JC01"]), "repeated", "units.0.inspectors"),
        (_changed(inspectors=["JC01"]), "too_short", "units.0.inspectors"),
        (_changed(tier="high", inclusion_probability=1.0), "sample_mismatch", "units"),
        (_changed(inclusion_probability=0.4), "probability_mismatch", "units.0.inclusion_probability"),
        (_changed(station=None), "probability_mismatch", "units.0.inclusion_probability"),
        (_changed(certainty=True), "probability_mismatch", "units.0.inclusion_probability"),
        (a_plan() | {"units": a_plan()["units"][1:]}, "sample_mismatch", "units"),
        (a_plan() | {"units": []}, "too_short", "units"),
        (a_plan() | {"seed": " 31415"}, "string_pattern_mismatch", "seed"),
        (a_plan() | {"seed": ""}, "string_too_short", "seed"),
    ],
)
def test_a_plan_that_does_not_fit_its_draw_is_refused(
    local: SamplingModule, plan: dict[str, Any], code: str, field: str
) -> None:
    refusal = refused(local.post(ADDRESS, plan), 400)
    assert (refusal["code"], refusal["field"]) == (code, field)
    assert local.get(ADDRESS).status_code == 404


def test_a_plan_of_no_draw_or_of_another_scope_is_not_found(module: SamplingModule) -> None:
    assert refused(module.post("/v1/draws/none/plan", a_plan()), 404)["code"] == "unknown_draw"
    other = module.make("sampler", Scope(frozenset({"drugs"}), None))
    assert refused(module.post(ADDRESS, a_plan(), other), 404)["code"] == "unknown_draw"
    module.post(ADDRESS, a_plan())
    assert refused(module.get(ADDRESS, other), 404)["code"] == "unknown_draw"


def test_only_a_sampler_hands_in_and_who_judges_may_read(module: SamplingModule) -> None:
    module.post(ADDRESS, a_plan())
    for role, reads in (("reviewer", 403), ("approver", 403), ("scientist", 200), ("auditor", 200)):
        token = module.make(role)
        assert module.post(ADDRESS, a_plan(), token).status_code == 403
        assert module.get(ADDRESS, token).status_code == reads
        assert module.get(f"/v1/pools/{SECTOR}", token).status_code == 403


def test_a_pool_is_everybody_of_a_sector_page_by_page(local: SamplingModule) -> None:
    entries: list[dict[str, Any]] = []
    after = ""
    while after is not None:
        answer = local.get(f"/v1/pools/{SECTOR}?limit=7" + (f"&after={after}" if after else "")).json()
        assert len(answer["entries"]) <= 7
        entries += answer["entries"]
        after = answer["next"]
    expected = [
        {
            "enterprise_id": key.enterprise_id,
            "station": key.station if isinstance(key.station, str) else None,
            "state": key.state,
            "established_on": "2015-01-01",
            "checked_on": [],
            "visited_on": [],
            "drawn_on": [],
        }
        for key in district.keys().itertuples()
        if key.sector == SECTOR
    ]
    assert entries == expected


def test_behind_the_last_enterprise_a_pool_has_an_empty_page(local: SamplingModule) -> None:
    last = max(key.enterprise_id for key in district.keys().itertuples() if key.sector == SECTOR)
    answer = local.get(f"/v1/pools/{SECTOR}?after={last}").json()
    assert (answer["entries"], answer["next"]) == ([], None)


def test_a_pool_is_of_the_snapshot_asked_for_and_of_the_scope(local: SamplingModule, scorer: Scorer) -> None:
    pool = f"/v1/pools/{SECTOR}"
    assert local.get(f"{pool}?snapshot={scorer.snapshot.digest}").status_code == 200
    assert refused(local.get(f"{pool}?snapshot={'0' * 64}"), 409)["code"] == "snapshot_changed"
    assert refused(local.get("/v1/pools/nowhere"), 400)["code"] == "unknown_sector"
    assert refused(local.get(f"{pool}?limit=0"), 400)["code"] == "greater_than_equal"
    elsewhere = local.make("sampler", Scope(frozenset({"drugs"}), None))
    assert refused(local.get(pool, elsewhere), 404)["code"] == "outside_scope"
    station = local.make("sampler", Scope(None, frozenset({district.STATION})))
    stations = {one["station"] for one in local.get(pool, station).json()["entries"]}
    assert stations == {district.STATION}


def test_a_history_has_the_days_of_checks_visits_and_draws(tmp_path: Path) -> None:
    release = load_release(district.save_release(tmp_path))
    write_snapshot(district.frame(), records_with_checks(), release, tmp_path / "snapshot")
    snapshot = load_snapshot(tmp_path / "snapshot")
    history = history_of(snapshot, SECTOR)
    assert history.checked[CHECKED] == ["2023-12-31", "2024-02-01"]
    assert history.visited[CHECKED] == ["2024-02-01"]
    assert len(history.checked[OFTEN]) == 6
    assert history.drawn == {DRAWN: ["2024-03-01"]}
    other = history_of(snapshot, "drugs")
    assert (other.checked, other.drawn, other.visited[CHECKED]) == ({}, {}, ["2024-02-01"])
