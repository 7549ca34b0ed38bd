"""Reading standards: what loads, what is defaulted, inherited and refused, and where the fault stands."""

import json
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from features.catalogue.everything import BY_NAME
from model.point_table import point_ranks, points_of
from model.standard import SHIPPED_STANDARDS, Standard, read_standards
from model.standard_terms import DEFAULT_SAMPLING, DIRECT_HIGH_CONDITIONS, TIERS, Band
from records.errors import ConfigError

SKETCH = """\
name = { zh = "食品经营", en = "Food operation" }
office = "食品经营监管股"
outcome = { severity = "general", horizon_days = 365 }
[tiers]
cuts = [0.05, 0.15, 0.30]          # promised rate of problems per random inspection within the horizon
[[direct_high]]
when = "serious_violation_listing"
source = "市场监督管理严重违法失信名单管理办法"
"""


def read(directory: Path, **texts: str) -> dict[str, Standard]:
    for sector, text in texts.items():
        (directory / f"{sector}.toml").write_text(text, encoding="utf-8")
    return read_standards(directory)


def complaints(directory: Path, **texts: str) -> list[str]:
    with pytest.raises(ConfigError, match=r"\.toml:\d+: ") as error:
        read(directory, **texts)
    return [line.removeprefix(f"{directory}/") for line in str(error.value).splitlines()]


def test_sketch_loads_with_the_documented_defaults(tmp_path: Path):
    standard = read(tmp_path, food_operation=SKETCH)["food_operation"]
    assert (standard.name_zh, standard.name_en, standard.office) == ("食品经营", "Food operation", "食品经营监管股")
    assert (standard.outcome_severity, standard.horizon_days, standard.maturity_days) == ("general", 365, 0)
    assert standard.cuts == (0.05, 0.15, 0.30)
    assert [rule.condition.indicator for rule in standard.direct_high] == ["listings_serious_active"]
    assert standard.sampling == DEFAULT_SAMPLING
    assert standard.statutory_minimum is None
    assert standard.point_table is None
    assert (standard.version, standard.valid_from, standard.parent) == ("1", None, None)


def test_directory_without_general_gets_the_shipped_one(tmp_path: Path):
    standards = read(tmp_path, food_operation=SKETCH)
    assert sorted(standards) == ["food_operation", "general"]
    assert standards["general"] == read_standards(SHIPPED_STANDARDS)["general"]


def test_own_general_is_used(tmp_path: Path):
    standards = read(tmp_path, general=SKETCH)
    assert standards["general"].office == "食品经营监管股"
    assert list(standards) == ["general"]


def test_optional_parts_are_read(tmp_path: Path):
    text = (
        SKETCH
        + """
[sampling.high]
ratio = 0.5
cap = 4
items = ["冷链"]
active_check = true
[statutory_minimum]
per_years = 2
times = 1
source = "总局令第49号"
[point_table]
scale = 100
cuts = [30, 45, 60]
[point_table.bands]
penalties_count_365d = [{ from = 1, points = 10 }, { from = 3, points = 25 }]
[native_scale]
A = "low"
"""
    )
    standard = read(tmp_path, food=f"valid_from = 2024-01-01\n{text}")["food"]
    assert standard.valid_from == date(2024, 1, 1)
    assert standard.sampling["high"].items == ("冷链",)
    assert standard.sampling["low"] == DEFAULT_SAMPLING["low"]
    assert standard.statutory_minimum is not None
    assert standard.statutory_minimum.per_years == 2
    assert standard.point_table is not None
    assert standard.point_table.bands == {"penalties_count_365d": (Band(1, 10), Band(3, 25))}
    assert standard.native_scale == {"A": "low"}
    assert standard.rule_indicators == ("listings_serious_active", "penalties_count_365d")


def test_heir_takes_what_it_does_not_state(tmp_path: Path):
    heir = 'inherits = "food"\nname = { zh = "酱腌菜", en = "Pickles" }\n[tiers]\ncuts = [0.1, 0.2, 0.3]\n'
    heir_of_heir = 'inherits = "pickles"\nname = { zh = "榨菜", en = "Zhacai" }\n'
    standards = read(tmp_path, food=f'version = "7"\n{SKETCH}', pickles=heir, zhacai=heir_of_heir)
    pickles, zhacai = standards["pickles"], standards["zhacai"]
    assert (pickles.parent, pickles.office, pickles.horizon_days) == ("food", "食品经营监管股", 365)
    assert pickles.cuts == zhacai.cuts == (0.1, 0.2, 0.3)
    assert pickles.direct_high == standards["food"].direct_high
    assert pickles.version == "1"  # a version belongs to one standard alone


def test_all_problems_of_all_files_are_reported_together_with_their_lines(tmp_path: Path):
    wrong = """\
name = { zh = "食品", en = "Food" }
office = ""
outcome = { severity = "grave", horizon_days = 0 }
colour = "red"
[tiers]
cuts = [0.3, 0.2, 0.1]
[[direct_high]]
when = "serious_violation_listing"
source = "a"
[[direct_high]]
when = "bad_mood"
source = "b"
[sampling.high]
ratio = 2
"""
    lines = complaints(tmp_path, food=wrong, other='name = { zh = "其他" }\n')
    expected = [
        "food.toml:2: office must be",
        "food.toml:3: outcome.horizon_days must be",
        "food.toml:3: outcome.severity must be one of minor, general, serious, got 'grave'",
        "food.toml:4: colour is not a key here",
        "food.toml:6: tiers.cuts must be three increasing numbers between 0 and 1, got [0.3, 0.2, 0.1]",
        "food.toml:11: direct_high.2.when must be one of",
        "food.toml:14: sampling.high.ratio must be a number between 0 and 1, got 2",
        "other.toml:1: name.en is required",
        "other.toml:1: office is required",
        "other.toml:1: outcome is required",
        "other.toml:1: tiers is required",
    ]
    assert len(lines) == len(expected)
    assert all(line.startswith(start) for line, start in zip(lines, expected, strict=True))


@pytest.mark.parametrize(
    "cuts",
    [
        "[0.1, 0.2]",
        "[0.1, 0.2, 0.2]",
        "[0.0, 0.2, 0.3]",
        "[0.1, 0.2, 1.0]",
        "[0.1, true, 0.3]",
        "0.1",
        "[nan, 0.2, 0.3]",
    ],
)
def test_cuts_that_are_not_three_borders_are_refused(tmp_path: Path, cuts: str):
    (line,) = complaints(tmp_path, food=SKETCH.replace("[0.05, 0.15, 0.30]", cuts))
    assert line.startswith("food.toml:5: tiers.cuts must be three increasing numbers between 0 and 1")


@pytest.mark.parametrize(
    ("addition", "sentence"),
    [
        ("[sampling.extreme]\nratio = 0.1", "sampling.extreme is not a key here"),
        ("[sampling.low]\ncap = 1", "sampling.low.ratio is required"),
        ("[point_table]\nscale = 100\ncuts = [60, 45, 30]", "point_table.cuts must be three increasing numbers"),
        (
            "[point_table]\nscale = 9\ncuts = [1, 2, 3]\nbands = { Bad = [] }",
            "must be the name of an indicator in the catalogue, got 'Bad'",
        ),
        (
            "[point_table]\nscale = 9\ncuts = [1, 2, 3]\n"
            "bands = { changes_count_365d = [{ from = 2, points = 1 }, { from = 1, points = 2 }] }",
            "must begin at increasing values",
        ),
        ('[native_scale]\nA = "best"', "native_scale.A must be one of low, medium, medium_high, high"),
        ("statutory_minimum = 3", "direct_high.1.statutory_minimum is not a key here"),
        ("[statutory_minimum]\nper_years = 2", "statutory_minimum.times is required"),
    ],
)
def test_wrong_optional_part_is_refused(tmp_path: Path, addition: str, sentence: str):
    assert any(sentence in line for line in complaints(tmp_path, food=f"{SKETCH}\n{addition}\n"))


def test_own_indicators_are_read_and_inherited(tmp_path: Path):
    food = f'indicators = ["samplings_count_365d", "recalls_open_count"]\n{SKETCH}'
    heir = 'inherits = "food"\nname = { zh = "酱腌菜", en = "Pickles" }\n'
    other = f'{heir}indicators = ["recalls_open_count"]\n'
    standards = read(tmp_path, food=food, pickles=heir, zhacai=other)
    assert standards["food"].own_indicators == ("samplings_count_365d", "recalls_open_count")
    assert standards["pickles"].own_indicators == standards["food"].own_indicators
    assert standards["zhacai"].own_indicators == ("recalls_open_count",)
    assert standards["general"].rule_indicators  # hard rules and points are something else


def test_every_unknown_indicator_is_reported_on_its_own_line(tmp_path: Path):
    wrong = f"""\
indicators = [
    "recalls_open_count",
    "phases_of_the_moon",
    "recalls_open_count",
]
{SKETCH}
[point_table]
scale = 100
cuts = [30, 45, 60]
[point_table.per_unit]
weather_mean_30d = 1.0
"""
    lines = complaints(tmp_path, food=wrong, other=f"indicators = 3\n{SKETCH}", third=f"indicators = [1]\n{SKETCH}")
    expected = [
        "food.toml:2: indicators must name each indicator once, got 'recalls_open_count' again; remove one.",
        "food.toml:3: indicators must be names of indicators in the catalogue, got 'phases_of_the_moon'; "
        "docs/indicators.md lists them all.",
        "food.toml:19: a key of point_table.per_unit must be the name of an indicator in the catalogue, "
        "got 'weather_mean_30d'; correct it.",
        "other.toml:1: indicators must be a list, got 3; write it in brackets.",
        "third.toml:1: indicators.1 must be a text that is not empty, got 1; correct it.",
    ]
    assert lines == expected


def test_unknown_parent_is_refused_without_follow_up_complaints(tmp_path: Path):
    (line,) = complaints(tmp_path, pickles='name = { zh = "菜", en = "P" }\ninherits = "nowhere"\n')
    assert line.startswith("pickles.toml:2: inherits must name a readable standard beside it, got 'nowhere'")


def test_circle_of_heirs_is_refused(tmp_path: Path):
    lines = complaints(tmp_path, a=f'inherits = "b"\n{SKETCH}', b=f'inherits = "a"\n{SKETCH}')
    assert [line.split(" must")[0] for line in lines] == ["a.toml:1: inherits", "b.toml:1: inherits"]


def test_broken_toml_names_its_line_beside_the_problems_of_others(tmp_path: Path):
    lines = complaints(tmp_path, food="name = 1 2\n", other=SKETCH.replace("general", "grave"))
    assert lines[0].startswith("food.toml:1: the file must be TOML")
    assert lines[1].startswith("other.toml:3: outcome.severity")


@pytest.mark.parametrize("twin", ["Food", "food "])
def test_two_files_of_one_sector_id_are_refused(tmp_path: Path, twin: str):
    (line,) = complaints(tmp_path, **{"food": SKETCH, twin: SKETCH})
    assert "a sector id must belong to one file" in line
    assert "has it too; remove one" in line


def test_empty_directory_is_refused(tmp_path: Path):
    with pytest.raises(ConfigError, match="one TOML file per sector"):
        read_standards(tmp_path)


def test_standard_survives_json():
    for standard in read_standards(SHIPPED_STANDARDS).values():
        assert Standard.from_json(json.loads(json.dumps(standard.to_json()))) == standard


def test_shipped_standards_cover_the_twenty_sectors():
    standards = read_standards(SHIPPED_STANDARDS)
    assert len(standards) == 21
    assert standards["pickled_vegetables"].parent == "food_production"
    assert len({(s.outcome_severity, s.horizon_days) for s in standards.values()}) > 2


def test_no_shipped_standard_leaves_a_tier_unsampled():
    for standard in read_standards(SHIPPED_STANDARDS).values():
        ratios = [standard.sampling[tier].ratio for tier in TIERS]
        assert ratios == sorted(ratios)
        assert ratios[0] > 0, standard.sector


def test_standards_rest_on_indicators_of_the_catalogue():
    named = {condition.indicator for condition in DIRECT_HIGH_CONDITIONS.values()}
    for standard in read_standards(SHIPPED_STANDARDS).values():
        named |= set(standard.rule_indicators)
    assert named <= set(BY_NAME)


DEADLINES = {
    date(2023, 6, 30): ("pickled_vegetables",),
    date(2023, 12, 31): (
        *("product_quality", "food_production", "food_operation", "special_food"),
        *("drugs", "medical_devices", "cosmetics"),
    ),
    date(2024, 12, 31): (
        *("intellectual_property", "consumer_rights", "special_equipment", "boilers", "metrology", "certification"),
        *("inspection_testing", "enforcement", "price", "online_trading"),
    ),
}
"""The plan's deadlines (handbook 1.2); standards and advertising are named without one."""


def test_every_shipped_standard_names_its_office_and_the_deadline_of_the_plan():
    standards = read_standards(SHIPPED_STANDARDS)
    sectors = {name: standard for name, standard in standards.items() if name != "general"}
    stated = {name: day for day, names in DEADLINES.items() for name in names}
    assert len(stated) == 18
    assert {name: standard.deadline for name, standard in sectors.items()} == {
        **stated,
        "standards": None,
        "advertising": None,
    }
    for standard in standards.values():
        assert standard.office.endswith("股")
        assert standard.version
        assert standard.valid_from is not None
        assert standard.references


def test_every_shipped_standard_has_indicators_of_its_own():
    for standard in read_standards(SHIPPED_STANDARDS).values():
        assert standard.own_indicators, standard.sector
        assert set(standard.own_indicators) <= set(BY_NAME)


def test_no_two_shipped_standards_share_outcome_indicators_and_rules_altogether():
    standards = read_standards(SHIPPED_STANDARDS)
    said = {
        (s.outcome_severity, s.horizon_days, s.cuts, frozenset(s.own_indicators), s.rule_indicators, s.direct_high)
        for s in standards.values()
    }
    assert len(said) == len(standards)
    assert len({frozenset(standard.own_indicators) for standard in standards.values()}) == len(standards)


def test_letters_of_native_grades_are_read_by_their_own_scheme():
    scales = {name: standard.native_scale for name, standard in read_standards(SHIPPED_STANDARDS).items()}
    assert (scales["product_quality"]["AA"], scales["product_quality"]["A"]) == ("low", "medium")
    assert (scales["food_operation"]["A"], scales["food_operation"]["优秀"]) == ("low", "low")
    assert (scales["medical_devices"]["1"], scales["medical_devices"]["四级"]) == ("low", "high")
    assert scales["pickled_vegetables"] == scales["food_production"]
    for sector in ("drugs", "price", "certification", "advertising"):
        assert scales[sector] == {}, "no official grading was found"


def test_food_is_scored_as_published_and_special_food_begins_at_its_static_floor():
    standards = read_standards(SHIPPED_STANDARDS)
    scores = np.array([[np.nan], [30.0], [45.0], [60.0], [60.5]])
    for sector in ("pickled_vegetables", "food_production", "food_operation", "special_food"):
        table = standards[sector].point_table
        assert table is not None
        points = points_of(table, scores, ["inspections_native_score_latest"])
        assert points.tolist() == [25 if sector == "special_food" else 0, 30, 45, 60, 60.5]
        assert point_ranks(table, points).tolist() == [1, 1, 2, 3, 4]
        assert standards[sector].statutory_minimum == standards["food_production"].statutory_minimum
    others = [name for name, s in standards.items() if s.point_table is None]
    assert len(others) == 16  # these fall back on the general model and its points
