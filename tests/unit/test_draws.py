"""Draws are registered before they are drawn: once, unchanged, and only if they make sense."""

import copy
from datetime import timedelta
from typing import Any

import pytest

from serving.access.scope import Scope
from serving.database.address import Address
from serving.database.audit import AuditStore
from serving.draws.bodies import EXAMPLE_DRAW
from serving.scorer import Scorer
from tests import served_district as district
from tests.approvals import refused
from tests.sampling_module import NOW, SamplingModule, a_draw, served

SECTOR = district.SECTOR_MODEL


@pytest.fixture(scope="module")
def scorer(tmp_path_factory: pytest.TempPathFactory) -> Scorer:
    return served(tmp_path_factory.mktemp("served"))


@pytest.fixture
def module(scorer: Scorer, address: Address) -> SamplingModule:
    return SamplingModule(scorer, address)


@pytest.fixture(scope="module")
def local(scorer: Scorer, tmp_path_factory: pytest.TempPathFactory) -> SamplingModule:
    """One for many tests, over SQLite alone: for what does not depend on what was kept before."""
    return SamplingModule(scorer, SamplingModule.sqlite(tmp_path_factory.mktemp("local")))


def test_a_draw_is_registered_and_can_be_read_back(module: SamplingModule, scorer: Scorer) -> None:
    body = a_draw(scorer)
    answer = module.post("/v1/draws", body)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert (told["draw_id"], told["registered_at"]) == (body["draw_id"], NOW.isoformat())
    assert told["draw"] == body
    assert module.get(f"/v1/draws/{body['draw_id']}").json() == told
    with AuditStore(module.address) as audit:
        (entry,) = audit.entries()
        assert (entry.number, entry.digest, entry.kind) == (told["entry"], told["entry_digest"], "draw_registered")
        assert body["pool_hash"] in entry.detail


def test_the_same_draw_again_has_the_same_answer_and_another_one_is_refused(
    module: SamplingModule, scorer: Scorer
) -> None:
    body = a_draw(scorer)
    first = module.post("/v1/draws", body)
    module.now = NOW + timedelta(days=30)  # the seed exists by now, and the retry of a lost answer still has it
    again = module.post("/v1/draws", dict(reversed(body.items())))
    assert (again.status_code, again.content) == (200, first.content)
    other = refused(module.post("/v1/draws", body | {"pool_hash": "e" * 64}), 409)
    assert (other["code"], other["field"]) == ("draw_differs", "draw_id")
    assert module.get(f"/v1/draws/{body['draw_id']}").json() == first.json()
    with AuditStore(module.address) as audit:
        assert len(audit.entries()) == 1


def change(body: dict[str, Any], place: str, value: Any) -> dict[str, Any]:
    changed = copy.deepcopy(body)
    *path, last = place.split(".")
    inner: Any = changed
    for part in path:
        inner = inner[_key(part)]
    inner[_key(last)] = value
    return changed


def _key(part: str) -> int | str:
    return int(part) if part.isdigit() else part


@pytest.mark.parametrize(
    ("place", "value", "code"),
    [
        ("strata.0.inclusion_probability", 0, "greater_than"),
        ("strata.0.inclusion_probability", -0.1, "greater_than"),
        ("strata.0.inclusion_probability", 1.0000001, "less_than_equal"),
        ("strata.0.inclusion_probability", None, "float_type"),
        ("strata.0.sample_size", 11, "too_many_drawn"),
        ("strata.0.sample_size", 4, "probability_mismatch"),
        ("strata.0.sample_size", 6, "probability_mismatch"),
        ("strata.0.sample_size", -1, "greater_than_equal"),
        ("strata.0.pool_size", 0, "greater_than_equal"),
        ("strata.0.tier", "highest", "literal_error"),
        ("strata.1", {"tier": "low", "station": None}, "missing"),
        ("strata", [], "too_short"),
        ("pool_size", 16, "sum_mismatch"),
        ("pool_size", 14, "sum_mismatch"),
        ("pool_hash", "x" * 64, "string_pattern_mismatch"),
        ("snapshot", "0" * 64, "other_snapshot"),
        ("as_of", "2024-07-02", "wrong_date"),
        ("as_of", "2024-02-30", "date_parsing"),
        ("sector", "nowhere", "unknown_sector"),
        ("draw_id", "a/b", "string_pattern_mismatch"),
        ("draw_id", "..", "string_pattern_mismatch"),
        ("draw_id", "a" * 65, "string_pattern_mismatch"),
        ("seed_source", "", "string_too_short"),
        ("seed_at", "2026-03-05T20:30:00", "timezone_aware"),
        ("seed_at", NOW.isoformat(), "seed_known"),
        ("seed", 4711, "extra_forbidden"),
    ],
)
def test_a_draw_that_makes_no_sense_is_refused(
    local: SamplingModule, scorer: Scorer, place: str, value: Any, code: str
) -> None:
    body = refused(local.post("/v1/draws", change(a_draw(scorer) | {"draw_id": "refused"}, place, value)), 400)
    assert body["code"] == code
    assert body["field"].startswith(place)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("draw_id", "a" * 64),
        ("draw_id", "2026.03:food-01_b"),
        ("seed_at", (NOW + timedelta(microseconds=1)).isoformat()),
        ("as_of", "2024-07-01T00:00:00"),
    ],
)
def test_a_draw_at_the_border_of_a_rule_is_registered(
    local: SamplingModule, scorer: Scorer, place: str, value: Any
) -> None:
    body = a_draw(scorer) | {"draw_id": f"at-the-border-of-{place}"}
    assert local.post("/v1/draws", change(body, place, value)).status_code == 200


@pytest.mark.parametrize(("pool", "probability", "samples"), [(10, 0.25, {2, 3}), (10, 0.05, {0, 1}), (3, 1, {3})])
def test_a_sample_is_rounded_up_or_down(
    local: SamplingModule, scorer: Scorer, pool: int, probability: float, samples: set[int]
) -> None:
    fits = set()
    for size in range(pool + 1):
        stratum = {
            "tier": "low",
            "station": None,
            "pool_size": pool,
            "sample_size": size,
            "inclusion_probability": probability,
        }
        body = a_draw(scorer) | {"draw_id": f"{pool}-{probability}-{size}", "strata": [stratum], "pool_size": pool}
        if local.post("/v1/draws", body).status_code == 200:
            fits.add(size)
    assert fits == samples


def test_each_stratum_is_told_once(local: SamplingModule, scorer: Scorer) -> None:
    body = a_draw(scorer) | {"draw_id": "repeated"}
    body["strata"][1] = {**body["strata"][1], "tier": body["strata"][0]["tier"]}
    assert refused(local.post("/v1/draws", body), 400)["code"] == "repeated"


def test_certain_units_are_a_stratum_beside_that_of_the_others(local: SamplingModule, scorer: Scorer) -> None:
    body = a_draw(scorer) | {"draw_id": "certain", "pool_size": 18, "files_hash": "a" * 64}
    certain = body["strata"][0] | {"pool_size": 3, "sample_size": 3, "inclusion_probability": 1.0, "certainty": True}
    body["strata"].append(certain)
    assert local.post("/v1/draws", body).json()["draw"] == body
    body = body | {"draw_id": "uncertain", "strata": [*body["strata"][:2], certain | {"sample_size": 2}]}
    assert refused(local.post("/v1/draws", body), 400)["code"] in ("probability_mismatch", "not_certain")
    body["strata"][2] |= {"inclusion_probability": 0.7}
    refusal = refused(local.post("/v1/draws", body), 400)
    assert (refusal["code"], refusal["field"]) == ("not_certain", "strata.2.sample_size")


def test_a_field_that_says_nothing_makes_no_other_draw(local: SamplingModule, scorer: Scorer) -> None:
    body = a_draw(scorer) | {"draw_id": "additive"}
    first = local.post("/v1/draws", body)
    spelt_out = body | {"files_hash": None, "strata": [one | {"certainty": False} for one in body["strata"]]}
    assert local.post("/v1/draws", spelt_out).content == first.content


def test_a_scope_holds_for_sector_and_stations(local: SamplingModule, scorer: Scorer) -> None:
    body = a_draw(scorer) | {"draw_id": "scoped"}
    sector = local.make("sampler", Scope(frozenset({"drugs"}), None))
    assert refused(local.post("/v1/draws", body, sector), 404)["code"] == "outside_scope"
    station = local.make("sampler", Scope(None, frozenset({"another"})))
    outside = refused(local.post("/v1/draws", body, station), 404)
    assert (outside["code"], outside["field"]) == ("outside_scope", "strata.0.station")
    own = local.make("sampler", Scope(frozenset({SECTOR}), frozenset({district.STATION})))
    assert local.post("/v1/draws", body, own).status_code == 200
    for token in (sector, station):
        assert refused(local.get(f"/v1/draws/{body['draw_id']}", token), 404)["code"] == "unknown_draw"
    assert local.get(f"/v1/draws/{body['draw_id']}", own).status_code == 200


def test_only_a_sampler_registers_and_who_judges_may_read(local: SamplingModule, scorer: Scorer) -> None:
    body = a_draw(scorer) | {"draw_id": "roles"}
    local.post("/v1/draws", body)
    for role in ("reviewer", "approver", "scientist", "auditor"):
        token = local.make(role)
        assert refused(local.post("/v1/draws", body, token), 403)["code"] == "forbidden"
        expected = 200 if role in ("scientist", "auditor") else 403
        assert local.get(f"/v1/draws/{body['draw_id']}", token).status_code == expected


def test_a_draw_that_nobody_registered_is_not_found(module: SamplingModule) -> None:
    assert refused(module.get("/v1/draws/none"), 404)["code"] == "unknown_draw"


def test_the_documented_example_is_a_draw(local: SamplingModule) -> None:
    assert refused(local.post("/v1/draws", EXAMPLE_DRAW), 400)["code"] == "other_snapshot"
