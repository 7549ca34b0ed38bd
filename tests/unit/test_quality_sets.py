"""Which data sets are judged: the four, a part of them, and a user's own."""

from datetime import date
from pathlib import Path

import pytest

from benchmarks.quality_sets import chosen_sets, own_sets, shipped_sets
from records.errors import ConfigError

DAY = date(2024, 1, 1)


def test_the_four_are_judged_where_nothing_is_chosen() -> None:
    names = [one.name for one in chosen_sets(shipped_sets(), [])]
    assert names == ["toronto_sig", "toronto_crucial", "chicago", "simulated"]
    assert [one.name for one in chosen_sets(shipped_sets(), ["simulated", "chicago"])] == ["chicago", "simulated"]


def test_own_sets_share_one_directory_of_standards_or_have_one_each() -> None:
    shared = list(own_sets(["x", "y"], ["a", "b"], [Path("s")], [DAY, DAY]))
    assert [(one.name, one.as_of, one.locate()) for one in shared] == [
        ("x", DAY, ("a", Path("s"))),
        ("y", DAY, ("b", Path("s"))),
    ]
    (own,) = own_sets(["x"], ["a"], [Path("t")], [DAY])
    assert own.locate() == ("a", Path("t"))


def test_an_own_set_stands_beside_the_four_and_can_be_chosen_alone() -> None:
    sets = [*shipped_sets(), *own_sets(["x"], ["a"], [Path("s")], [DAY])]
    assert len(chosen_sets(sets, [])) == 5
    assert [one.name for one in chosen_sets(sets, ["x"])] == ["x"]


def test_values_that_do_not_belong_together_are_refused() -> None:
    with pytest.raises(ConfigError, match="got 1, 2, 1 and 1 of them; give NAME, RECORDS"):
        list(own_sets(["x"], ["a", "b"], [Path("s")], [DAY]))


def test_unknown_and_repeated_names_are_refused() -> None:
    with pytest.raises(ConfigError, match=r"SETS may hold toronto_sig, .*, got boston"):
        chosen_sets(shipped_sets(), ["boston"])
    with pytest.raises(ConfigError, match=r"a name of its own, got .*; give another NAME"):
        chosen_sets([*shipped_sets(), *own_sets(["chicago"], ["a"], [Path("s")], [DAY])], [])
