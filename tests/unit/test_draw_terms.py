"""The bureau's file of a draw: what it may say, and what is refused with a sentence."""

from datetime import datetime
from pathlib import Path

import pytest

from sampling.draw.mistake import DrawError
from sampling.draw.terms import read_terms

TERMS = """
plan = "2026-03"
year = 2026
sectors = ["food_operation", "drugs"]
seed_source = "体彩排列五第26055期"
seed_at = 2026-03-05T20:30:00+08:00
inspectors = "inspectors.csv"
office = "信用风险监管股"

[ratios.drugs]
low = 0.5
"""


def test_what_is_not_said_has_a_default(tmp_path: Path) -> None:
    path = tmp_path / "draw.toml"
    path.write_text(TERMS, encoding="utf-8")
    terms = read_terms(path)
    assert (terms.team, terms.smallest_sample, terms.visits_a_year, terms.exclusions, terms.earlier) == (
        2,
        1,
        None,
        None,
        (),
    )
    assert terms.inspectors == tmp_path / "inspectors.csv"
    assert terms.ratios == {("drugs", "low"): 0.5}
    assert terms.seed_at == datetime.fromisoformat("2026-03-05T20:30:00+08:00")
    assert terms.draw_id("drugs") == "2026-03:drugs"


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("low = 0.5", "low = 0", "The ratio of drugs low must be above 0 and at most 1, got 0"),
        ("low = 0.5", "low = 1.1", "at most 1, got 1.1"),
        ("low = 0.5", "low = nan", "at most 1, got nan"),
        ("low = 0.5", "lowest = 0.5", "Ratios must be tables of the draw's sectors"),
        ("ratios.drugs", "ratios.price", "Ratios must be tables of the draw's sectors"),
        ("low = 0.5", 'low = "a lot"', "must be a number, got 'a lot'"),
        ("year = 2026", 'year = "2026"', "year must be a int that says something"),
        ("year = 2026", "year = true", "year must be a int that says something"),
        ("year = 2026", "", "The draw's file must have year, it has not"),
        ("year = 2026", "year = 2026\nhaste = true", "got 'haste'"),
        ('plan = "2026-03"', 'plan = "2026/03"', "plan must be 1 to 40 of"),
        ('"drugs"]', '"drugs", "drugs"]', "sectors must name each sector once"),
        ('["food_operation", "drugs"]', "[]", "sectors must name each sector once"),
        ("+08:00", "", "seed_at must have its zone"),
        ("year", "team = 1\nyear", "team must be at least 2, got 1"),
        ("year", "team = 6\nyear", "team must be at most 5, got 6"),
        ("year", "smallest_sample = 0\nyear", "smallest_sample must be at least 1, got 0"),
        ("plan =", "plan :", "must be readable TOML"),
    ],
)
def test_a_file_that_breaks_a_rule_is_refused(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    path = tmp_path / "draw.toml"
    path.write_text(TERMS.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DrawError) as refused:
        read_terms(path)
    assert sentence in str(refused.value)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DrawError, match=r"must be readable TOML, draw\.toml is not"):
        read_terms(tmp_path / "draw.toml")
