"""What the grades of other systems stand for in our four tiers."""

from dataclasses import replace

import pytest

from features.catalogue.everything import BY_NAME
from model.grades import GRADE_INDICATORS, tier_of_grade
from model.standard import SHIPPED_STANDARDS, Standard, read_standards
from records.errors import DataError
from records.work_subjects import GRADES


@pytest.fixture(scope="module")
def standard() -> Standard:
    """A sector whose official scheme begins with AA, so that A is not its best."""
    general = read_standards(SHIPPED_STANDARDS)["general"]
    scale = {"AA": "low", "A": "medium", "B": "medium_high", "C": "high"}
    return replace(general, sector="product_quality", native_scale=scale)


@pytest.mark.parametrize(("grade", "rank"), [("A", 1), ("B", 2), ("C", 3), ("D", 4)])
def test_the_provincial_general_model_grades_in_the_national_classes_whatever_the_sector(
    standard: Standard, grade: str, rank: int
) -> None:
    assert tier_of_grade(standard, "provincial_general", grade) == rank


@pytest.mark.parametrize("scheme", ["provincial_professional", "superior"])
@pytest.mark.parametrize(("grade", "rank"), [("AA", 1), ("A", 2), ("B", 3), ("C", 4)])
def test_a_sectors_own_scale_says_what_its_letters_stand_for(
    standard: Standard, scheme: str, grade: str, rank: int
) -> None:
    assert tier_of_grade(standard, scheme, grade) == rank


def test_a_sector_without_a_scale_of_its_own_is_graded_in_the_national_classes(standard: Standard) -> None:
    assert tier_of_grade(replace(standard, native_scale={}), "superior", "D") == 4


@pytest.mark.parametrize("grade", [" A ", "Ａ", "a", "A\n"])
def test_blanks_and_the_width_and_size_of_letters_do_not_count(standard: Standard, grade: str) -> None:
    assert tier_of_grade(standard, "superior", grade) == 2


@pytest.mark.parametrize("grade", ["D", "", "AAA", "低"])
def test_an_unknown_grade_is_refused_naming_the_known_ones(standard: Standard, grade: str) -> None:
    with pytest.raises(DataError, match=f"superior in product_quality must be one of AA, A, B, C, got {grade!r}"):
        tier_of_grade(standard, "superior", grade)


def test_an_unknown_scheme_is_refused_naming_the_known_ones(standard: Standard) -> None:
    with pytest.raises(
        DataError, match="must be one of provincial_general, provincial_professional, superior, got 'x'"
    ):
        tier_of_grade(standard, "x", "A")


def test_every_scheme_of_the_contract_has_its_indicator() -> None:
    assert tuple(GRADE_INDICATORS) == GRADES.column("scheme").codes
    assert set(GRADE_INDICATORS.values()) <= set(BY_NAME)
