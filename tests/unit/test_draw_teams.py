"""Inspectors: at least two who are qualified, without a conflict, at work there, and evenly loaded."""

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sampling.draw.inspectors import Inspector, read_inspectors
from sampling.draw.mistake import DrawError
from sampling.draw.tables import write_workbook
from sampling.draw.teams import Visit, check_teams, teams_of, visits_of
from tests.drawn_pool import YEAR, inspector, unit

FOOD, DRUGS = "food_operation", "drugs"


def visits(count: int, *sectors: str) -> list[Visit]:
    return [Visit(f"E{number:03d}", "某所", sectors or (FOOD,)) for number in range(count)]


def test_what_was_drawn_of_one_enterprise_is_one_visit() -> None:
    drawn = [unit("A", FOOD), unit("B", FOOD), unit("A", DRUGS)]
    assert visits_of(drawn) == [Visit("A", "某所", (DRUGS, FOOD)), Visit("B", "某所", (FOOD,))]


def test_those_alike_are_evenly_loaded() -> None:
    five = [inspector(name) for name in "abcde"]
    teams = teams_of(visits(33), five, 2, YEAR, "31415")
    loads = Counter(one for team in teams.values() for one in team)
    assert sum(loads.values()) == 66
    assert max(loads.values()) - min(loads.values()) <= 1


def test_who_goes_is_chance_and_the_same_for_the_same_seed() -> None:
    five = [inspector(name) for name in "abcde"]
    first, again, other = (teams_of(visits(10), five, 2, YEAR, seed) for seed in ("1", "1", "2"))
    assert first == again != other
    counts = Counter(one for seed in range(400) for one in teams_of(visits(1), five, 2, YEAR, str(seed))["E000"])
    assert min(counts.values()) > 400 * 2 / 5 - 4 * (400 * 0.4 * 0.6) ** 0.5


def test_a_joint_visit_has_two_for_each_sector_and_nobody_twice() -> None:
    people = [inspector("a", FOOD), inspector("b", FOOD), inspector("c", FOOD, DRUGS), inspector("d", DRUGS)]
    for team in teams_of(visits(12, DRUGS, FOOD), people, 2, YEAR, "7").values():
        assert len(set(team)) == len(team)
        for sector in (FOOD, DRUGS):
            assert sum(sector in one.sectors for one in people if one.id in team) >= 2


names = st.sampled_from(["a", "b", "c", "d", "e", "f"])
people = st.lists(
    st.builds(
        lambda name, sectors, station, conflicts: inspector(name, *sectors, station=station, conflicts=conflicts),
        names,
        st.sets(st.sampled_from([FOOD, DRUGS]), min_size=1),
        st.sampled_from(["", "某所", "东所"]),
        st.sets(st.sampled_from(["E000", "E001"])),
    ),
    unique_by=lambda one: one.id,
)


@settings(max_examples=100, deadline=None)
@given(people, st.integers(2, 3))
def test_whatever_is_not_refused_before_the_seed_can_be_served_after_it(found: list[Inspector], size: int) -> None:
    pool = [unit(f"E{number:03d}", sector) for number in range(4) for sector in (FOOD, DRUGS)]
    try:
        check_teams(pool, found, size)
    except DrawError:
        return
    by_id = {one.id: one for one in found}
    for visit in visits_of(pool):
        team = [by_id[one] for one in teams_of([visit], found, size, YEAR, "1")[visit.enterprise_id]]
        for sector in visit.sectors:
            assert sum(one.may_go(visit.enterprise_id, sector, "某所") for one in team) >= size
        assert all(visit.enterprise_id not in one.conflicts for one in team)


@pytest.mark.parametrize(
    ("second", "match"),
    [
        (None, r"2 inspectors .* got 1 for one in food_operation at 某所"),
        (inspector("b", DRUGS), "got 1"),
        (inspector("b", FOOD, station="东所"), "got 1"),
        (inspector("b", FOOD, conflicts=["A"]), "got 1"),
    ],
)
def test_an_enterprise_to_which_nobody_could_go_is_told_before_the_seed(second: Inspector | None, match: str) -> None:
    with pytest.raises(DrawError, match=match):
        check_teams([unit("A")], [inspector("a"), *([second] if second else [])], 2)


def test_an_excluded_enterprise_needs_nobody() -> None:
    check_teams([unit("A", part="excluded", reason="dormant")], [], 2)


ROWS = [
    {"id": "JC01", "sectors": "food_operation; drugs", "station": "某所", "conflicts": "A；B"},
    {"id": "JC02", "sectors": "drugs", "station": None, "conflicts": None},
]


def test_inspectors_are_read_alike_from_csv_and_xlsx(tmp_path: Path) -> None:
    write_workbook(tmp_path / "people.xlsx", {"检查人员": ROWS})
    lines = ["id,sectors,station,conflicts,note", "JC02,drugs,,,x", ",,,,", "JC01,food_operation; drugs,某所,A；B,"]
    (tmp_path / "people.csv").write_text("\ufeff" + "\n".join(lines), encoding="utf-8")
    expected = [
        inspector("JC01", FOOD, DRUGS, station="某所", conflicts=["A", "B"]),
        inspector("JC02", DRUGS),
    ]
    assert read_inspectors(tmp_path / "people.csv") == read_inspectors(tmp_path / "people.xlsx") == expected


@pytest.mark.parametrize(
    ("name", "text", "match"),
    [
        ("a.csv", "id,sectors\nJC01,drugs", "must have the columns id, sectors, station, conflicts, it lacks station"),
        ("a.csv", "", "it lacks id"),
        ("a.csv", "id,sectors,station,conflicts\n,drugs,,", "row 2 of a.csv has not"),
        ("a.csv", "id,sectors,station,conflicts\nJC01,,,", "row 2 of a.csv has not"),
        ("a.csv", "id,sectors,station,conflicts\nJC01,drugs,,\nJC01,drugs,,", "got 'JC01' more often"),
        ("a.xlsx", "no workbook", r"a.xlsx is not \(BadZipFile\)"),
        ("a.doc", "", "must be one of .csv, .xlsx, got 'a.doc'"),
    ],
)
def test_a_list_of_inspectors_that_is_none_is_refused(tmp_path: Path, name: str, text: str, match: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(DrawError, match=match):
        read_inspectors(tmp_path / name)
