"""Routed answers: another system's grade in place of our tier, what outranks it, and what stands in for it."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from features.build import Frame, build_frame
from model.grades import GRADE_INDICATORS
from model.routing import Route, Routing
from records.errors import ModelError
from serving.release import Release, load_release, release
from serving.results import Results
from serving.scorer import Scorer
from serving.scoring.population import write_snapshot
from serving.snapshot import load_snapshot
from serving.verdicts import SCHEME_OF_SOURCE, SOURCES, STATUSES, VERDICT_COLUMNS, Verdicts, judge
from tests import served_district as district
from tests.spec.tables import given

AS_OF = district.AS_OF
DAY = timedelta(days=1)
SECTOR = district.SECTOR_MODEL


def route(source: str, sector: str = SECTOR, start: date = AS_OF, end: date | None = None) -> Route:
    return Route(sector, source, SCHEME_OF_SOURCE.get(source, "provincial_general"), start, "甲号通知", end)


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return district.save_release(tmp_path_factory.mktemp("release"))


@pytest.fixture(scope="module")
def ours(directory: Path) -> Release:
    return load_release(directory)


def graded(**grades: Mapping[int, int]) -> Frame:
    """The district's frame in which only these enterprises have grades, by scheme and number."""
    frame = district.frame()
    for scheme, indicator in GRADE_INDICATORS.items():
        ranks = {district.enterprise_id(number): rank for number, rank in grades.get(scheme, {}).items()}
        frame.values[:, frame.names.index(indicator)] = frame.keys["enterprise_id"].map(ranks).to_numpy(dtype=float)
    return frame


def judged(frame: Frame, known: Release, *routes: Route) -> Verdicts:
    return judge(frame, replace(known, routing=Routing(routes)))


def answer(verdicts: Verdicts, frame: Frame, number: int, sector: str = SECTOR) -> tuple[str, int]:
    """Source and tier rank of one enterprise in one sector."""
    keys = frame.keys
    (row,) = np.flatnonzero((keys["enterprise_id"] == district.enterprise_id(number)) & (keys["sector"] == sector))
    return SOURCES[verdicts.source[row]], int(verdicts.tier[row])


@pytest.mark.parametrize(("source", "scheme"), [("module", "provincial_professional"), ("superior", "superior")])
def test_the_grade_is_the_tier_without_margin_probability_or_interval(ours: Release, source: str, scheme: str) -> None:
    frame = graded(**{scheme: {1: 1, 2: 2, 6: 3, 7: 4}})
    verdicts = judged(frame, ours, route(source))
    assert [answer(verdicts, frame, number) for number in (1, 2, 6, 7)] == [(source, rank) for rank in (1, 2, 3, 4)]
    rows = verdicts.source == SOURCES.index(source)
    assert rows.sum() == 4
    assert set(verdicts.status[rows]) == {STATUSES.index("scored")}
    assert not verdicts.borderline[rows].any()
    for name in ("margin", "probability", "low", "high"):
        assert np.isnan(getattr(verdicts, name)[rows]).all()


def test_an_enterprise_without_a_grade_is_answered_as_if_nothing_were_routed(ours: Release) -> None:
    frame = graded(provincial_professional={1: 4})
    routed, plain = judged(frame, ours, route("module")), judged(frame, ours)
    others = np.flatnonzero(routed.source != SOURCES.index("module"))
    assert len(others) == len(frame.keys) - 1
    for name in VERDICT_COLUMNS:
        np.testing.assert_array_equal(getattr(routed, name)[others], getattr(plain, name)[others])


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (AS_OF - DAY, None, "module"),
        (AS_OF, None, "module"),
        (AS_OF + DAY, None, "sector"),
        (AS_OF - DAY, AS_OF, "sector"),
        (AS_OF - DAY, AS_OF + DAY, "module"),
    ],
)
def test_a_route_acts_only_while_it_holds_at_the_as_of_date(
    ours: Release, start: date, end: date | None, expected: str
) -> None:
    frame = graded(provincial_professional={1: 4})
    assert answer(judged(frame, ours, route("module", start=start, end=end)), frame, 1)[0] == expected


def test_a_module_comes_before_a_superior_bureau(ours: Release) -> None:
    frame = graded(provincial_professional={1: 1}, superior={1: 4, 2: 4})
    verdicts = judged(frame, ours, route("superior"), route("module"))
    assert answer(verdicts, frame, 1) == ("module", 1)
    assert answer(verdicts, frame, 2)[0] == "sector"


def test_a_route_of_another_sector_or_to_our_own_model_changes_nothing(ours: Release) -> None:
    frame = graded(provincial_professional={1: 4}, superior={1: 4}, provincial_general={1: 4})
    verdicts = judged(frame, ours, route("module", "drugs"), route("general"))
    assert answer(verdicts, frame, 1)[0] == "sector"


def test_a_sector_that_is_answered_by_points_may_be_routed(ours: Release) -> None:
    frame = graded(superior={2: 3})
    verdicts = judged(frame, ours, route("superior", district.POINTS))
    assert answer(verdicts, frame, 2, district.POINTS) == ("superior", 3)
    assert answer(verdicts, frame, 12, district.POINTS)[0] == "point_table"


def test_a_hard_rule_outranks_a_grade(ours: Release) -> None:
    frame = graded(provincial_professional={1: 1})
    (row,) = np.flatnonzero(frame.keys["enterprise_id"] == district.enterprise_id(1))
    frame.values[row, frame.names.index("listings_serious_active")] = 1
    verdicts = judged(frame, ours, route("module"))
    assert answer(verdicts, frame, 1) == ("hard_rule", 4)
    assert verdicts.rules[row] == 1


def test_a_grade_does_not_bring_anybody_into_scope(ours: Release) -> None:
    numbers = (district.OUT_OF_SCOPE, district.DEREGISTERED)
    frame = graded(provincial_professional=dict.fromkeys(numbers, 2))
    sectors = {number: district.sectors_of(number)[0] for number in numbers}
    verdicts = judged(frame, ours, *(route("module", sector) for sector in sectors.values()))
    assert [answer(verdicts, frame, number, sector) for number, sector in sectors.items()] == [("", 0), ("", 0)]


def without_point_tables(known: Release) -> Release:
    points = known.models[district.POINTS]
    bare = replace(points, standard=replace(points.standard, point_table=None))
    return replace(known, models={**known.models, district.POINTS: bare})


def test_the_provincial_general_grade_stands_in_for_a_point_table_that_does_not_exist(ours: Release) -> None:
    frame = graded(provincial_general={2: 3, 1: 4})
    verdicts = judged(frame, without_point_tables(ours))
    assert answer(verdicts, frame, 2, district.POINTS) == ("provincial", 3)
    assert answer(verdicts, frame, 12, district.POINTS) == ("", 0)
    assert answer(verdicts, frame, 1)[0] == "sector"
    bare = (frame.keys["sector"] == district.POINTS) & frame.in_cohort & (verdicts.tier == 0)
    assert set(verdicts.status[bare]) == {STATUSES.index("no_model")}


def test_a_point_table_that_exists_comes_before_the_provincial_general_grade(ours: Release) -> None:
    frame = graded(provincial_general={2: 4})
    assert answer(judged(frame, ours), frame, 2, district.POINTS)[0] == "point_table"


def test_codes_of_sources_keep_their_positions() -> None:
    """Snapshots store the position."""
    known = ("", "module", "superior", "sector", "general", "point_table", "hard_rule", "override", "provincial")
    assert SOURCES[: len(known)] == known


def test_a_result_names_the_scheme_whose_grade_it_is(ours: Release) -> None:
    frame = graded(provincial_professional={1: 4})
    verdicts = judged(frame, ours, route("module"))
    keys = list(zip(frame.keys["enterprise_id"], frame.keys["sector"], strict=True))
    columns = {name: getattr(verdicts, name) for name in VERDICT_COLUMNS}
    results = Results(ours).of_rows(keys, columns, np.arange(len(keys)))
    schemes = {(one["source"], one["scheme"]) for one in results}
    assert ("module", "provincial_professional") in schemes
    assert {scheme for source, scheme in schemes if source != "module"} == {None}
    (routed,) = [one for one in results if one["source"] == "module"]
    assert (routed["tier"], routed["margin"], routed["interval"], routed["confirmed"]) == ("high", None, None, False)
    assert routed["sampling"]["ratio"] == ours.models[SECTOR].standard.sampling["high"].ratio


def test_a_release_keeps_its_routing_and_is_named_by_it(tmp_path: Path, directory: Path, ours: Release) -> None:
    models = {sector: directory / sector for sector in ("general", SECTOR, district.POINTS)}
    routing = Routing((route("module", end=AS_OF + DAY), route("superior", "drugs")))
    digest = release(models, tmp_path / "routed", district.standards(), routing)
    loaded = load_release(tmp_path / "routed")
    assert (loaded.routing, loaded.digest) == (routing, digest)
    assert ours.routing == Routing()
    assert digest != ours.digest


def test_a_release_from_before_routing_routes_nobody(tmp_path: Path) -> None:
    directory = district.save_release(tmp_path)
    content = json.loads((directory / "release.json").read_text(encoding="utf-8"))
    del content["routing"]
    (directory / "release.json").write_text(json.dumps(content), encoding="utf-8")
    assert load_release(directory).routing == Routing()


def test_a_release_whose_routing_makes_no_sense_is_refused(tmp_path: Path) -> None:
    directory = district.save_release(tmp_path)
    content = json.loads((directory / "release.json").read_text(encoding="utf-8"))
    content["routing"] = [{**Routing((route("module"),)).to_json()[0], "valid_from": "soon"}]
    (directory / "release.json").write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(ModelError, match="must be as this version of Fenji writes it"):
        load_release(directory)


GRADES = """
    enterprises | enterprise | sectors
                | 甲         | food_operation
                | 乙         | food_operation
                | 丙         | food_operation
                | 丁         | food_operation
                | 戊         | food_operation

    grades                     | enterprise | sector         | scheme                 | grade | tier_rank | occurred_on | known_at         | valid_until
    known the second before    | 甲         | food_operation | provincial_professional | C     | 3         | 2024-06-01  | 2024-06-30 23:59 |
    known on the day           | 乙         | food_operation | provincial_professional | C     | 3         | 2024-06-01  | 2024-07-01 00:00 |
    ended on the day           | 丙         | food_operation | provincial_professional | C     | 3         | 2024-06-01  | 2024-06-02       | 2024-07-01
    of another sector          | 丁         | drugs          | provincial_professional | C     | 3         | 2024-06-01  | 2024-06-02       |
    of another scheme          | 戊         | food_operation | superior                | C     | 3         | 2024-06-01  | 2024-06-02       |
"""  # noqa: E501


def test_only_a_grade_of_the_scheme_and_sector_that_is_known_and_in_force_answers(ours: Release) -> None:
    frame = build_frame(given(GRADES).records, AS_OF)
    verdicts = judged(frame, ours, route("module"))
    told = dict(zip(frame.keys["enterprise_id"], (SOURCES[code] for code in verdicts.source), strict=True))
    assert told == {"甲": "module", "乙": "sector", "丙": "sector", "丁": "sector", "戊": "sector"}


def test_a_routed_answer_over_the_service_has_its_scheme_and_no_reasons(tmp_path: Path, directory: Path) -> None:
    models = {sector: directory / sector for sector in ("general", SECTOR, district.POINTS)}
    release(models, tmp_path / "release", district.standards(), Routing((route("module"),)))
    known = load_release(tmp_path / "release")
    write_snapshot(graded(provincial_professional={1: 2}), district.records(), known, tmp_path / "snapshot")
    scorer = Scorer(known, load_snapshot(tmp_path / "snapshot"))
    (result,) = scorer.explain(["E0001"], SECTOR, "zh")["results"]
    assert (result["source"], result["scheme"], result["tier"]) == ("module", "provincial_professional", "medium")
    assert (result["margin"], result["total"], result["reasons"]) == (None, None, [])


def test_a_routed_explanation_names_the_records_of_the_grade(tmp_path: Path, directory: Path) -> None:
    models = {sector: directory / sector for sector in ("general", SECTOR)}
    standards = {sector: district.standards()[sector] for sector in models}
    release(models, tmp_path / "release", standards, Routing((route("module"),)))
    known, records = load_release(tmp_path / "release"), given(GRADES).records
    write_snapshot(build_frame(records, AS_OF), records, known, tmp_path / "snapshot")
    scorer = Scorer(known, load_snapshot(tmp_path / "snapshot"))
    passed_on, ours = scorer.explain(["甲", "乙"], SECTOR, "zh")["results"]
    assert (passed_on["source"], passed_on["grade_records"]) == ("module", ["grades-1"])
    assert (ours["source"], ours["grade_records"]) == ("sector", [])
