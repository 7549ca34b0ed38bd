"""Whose answer a sector takes: dates, precedence, and files that are wrong."""

import json
from datetime import date
from pathlib import Path

import pytest

from model.routing import Routing, read_routing
from model.standard import SHIPPED_STANDARDS, read_standards
from records.errors import ConfigError

SECTORS = ("general", "food", "drugs")
MODULE = """\
[[route]]
sector = "food"
source = "module"
scheme = "provincial_professional"
valid_from = 2026-01-01
valid_to = 2027-01-01
reference = "甲号通知"
"""
SUPERIOR = """\
[[route]]
sector = "food"
source = "superior"
scheme = "superior"
valid_from = 2025-01-01
reference = "乙号通知"
"""


def read(folder: Path, text: str) -> Routing:
    (folder / "routing.toml").write_text(text, encoding="utf-8")
    return read_routing(folder, SECTORS)


def complaints(folder: Path, text: str) -> list[str]:
    with pytest.raises(ConfigError, match=r"routing\.toml:\d+: ") as error:
        read(folder, text)
    return [line.removeprefix(f"{folder}/routing.toml:") for line in str(error.value).splitlines()]


def source(routing: Routing, sector: str, as_of: date) -> str | None:
    route = routing.route_of(sector, as_of)
    return route and route.source


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        (date(2025, 12, 31), None),
        (date(2026, 1, 1), "module"),
        (date(2026, 12, 31), "module"),
        (date(2027, 1, 1), None),
    ],
)
def test_a_route_holds_from_its_first_day_until_the_day_before_its_end(
    tmp_path: Path, as_of: date, expected: str | None
) -> None:
    assert source(read(tmp_path, MODULE), "food", as_of) == expected


@pytest.mark.parametrize("text", [MODULE + SUPERIOR, SUPERIOR + MODULE])
def test_a_module_comes_before_a_superior_bureau_whatever_their_order(tmp_path: Path, text: str) -> None:
    routing = read(tmp_path, text)
    days = (date(2024, 12, 31), date(2025, 12, 31), date(2026, 6, 1), date(2027, 1, 1))
    assert [source(routing, "food", day) for day in days] == [None, "superior", "module", "superior"]


def test_a_route_is_of_its_own_sector_alone(tmp_path: Path) -> None:
    assert source(read(tmp_path, SUPERIOR), "drugs", date(2026, 1, 1)) is None


def test_our_own_model_may_be_declared_and_gives_way_to_another_route(tmp_path: Path) -> None:
    own = SUPERIOR.replace('"superior"', '"general"', 1).replace('"superior"', '"provincial_general"')
    routing = read(tmp_path, own + MODULE)
    assert source(routing, "food", date(2025, 6, 1)) == "general"
    assert source(routing, "food", date(2026, 6, 1)) == "module"


def test_a_directory_without_the_file_has_no_routes(tmp_path: Path) -> None:
    assert read_routing(tmp_path, SECTORS) == Routing()
    assert read(tmp_path, "# nothing\n") == Routing()


def test_the_file_is_never_taken_for_a_sector(tmp_path: Path) -> None:
    for name in ("general", "food_operation"):
        content = (SHIPPED_STANDARDS / f"{name}.toml").read_text(encoding="utf-8")
        (tmp_path / f"{name}.toml").write_text(content, encoding="utf-8")
    (tmp_path / "routing.toml").write_text(SUPERIOR.replace("food", "food_operation"), encoding="utf-8")
    standards = read_standards(tmp_path)
    assert list(standards) == ["food_operation", "general"]
    assert source(read_routing(tmp_path, standards), "food_operation", date(2026, 1, 1)) == "superior"


def test_the_shipped_routing_routes_nobody() -> None:
    assert read_routing(SHIPPED_STANDARDS, read_standards(SHIPPED_STANDARDS)) == Routing()


def test_the_example_in_the_shipped_file_is_valid_once_the_comment_signs_are_gone(tmp_path: Path) -> None:
    lines = (SHIPPED_STANDARDS / "routing.toml").read_text(encoding="utf-8").splitlines()
    example = lines[lines.index("# [[route]]") :]
    (tmp_path / "routing.toml").write_text("\n".join(line.removeprefix("# ") for line in example), encoding="utf-8")
    (route,) = read_routing(tmp_path, read_standards(SHIPPED_STANDARDS)).routes
    assert (route.source, route.scheme) == ("module", "provincial_professional")


def test_a_routing_survives_json(tmp_path: Path) -> None:
    routing = read(tmp_path, MODULE + SUPERIOR)
    assert Routing.from_json(json.loads(json.dumps(routing.to_json()))) == routing


def test_all_problems_are_reported_together_with_their_lines(tmp_path: Path) -> None:
    wrong = """\
[[route]]
sector = "fod"
source = "province"
scheme = "superior"
valid_from = "2026-01-01"
[[route]]
sector = "food"
source = "module"
scheme = "provincial_professional"
valid_from = 2026-01-01
until = 2027-01-01
reference = " "
"""
    lines = complaints(tmp_path, wrong)
    starts = [
        "1: route.1.reference is required and missing",
        "2: route.1.sector must be one of drugs, food, general, got 'fod'",
        "3: route.1.source must be one of module, superior, general, got 'province'",
        "5: route.1.valid_from must be a date, got '2026-01-01'",
        "11: route.2.until is not a key here",
        "12: route.2.reference must be a text that is not empty",
    ]
    assert len(lines) == len(starts)
    assert all(line.startswith(start) for line, start in zip(lines, starts, strict=True))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (MODULE + MODULE, "12: two routes of one sector and source must not overlap"),
        (MODULE + MODULE.replace("2027-01-01", "2028-01-01").replace("2026-01-01", "2026-12-31"), "12: two routes"),
        (SUPERIOR + SUPERIOR.replace("2025", "2030"), "11: two routes of one sector and source must not overlap"),
        (MODULE.replace('"provincial_professional"', '"superior"'), "4: the scheme of source 'module' must be"),
        (MODULE.replace("2027", "2026"), "6: valid_to must lie after valid_from, got 2026-01-01 and 2026-01-01"),
        ("route = 3\n", "1: route must be a list, got 3"),
        ("[[routes]]\n", "1: routes is not a key here; use one of route"),
        ("[[route]\n", "1: the file must be TOML"),
    ],
)
def test_routes_that_contradict_each_other_are_refused(tmp_path: Path, text: str, sentence: str) -> None:
    (line,) = complaints(tmp_path, text)
    assert line.startswith(sentence)


def test_routes_that_follow_each_other_do_not_overlap(tmp_path: Path) -> None:
    later = MODULE.replace("2027-01-01", "2028-01-01").replace("2026-01-01", "2027-01-01")
    assert len(read(tmp_path, MODULE + later + MODULE.replace('"food"', '"drugs"')).routes) == 3
