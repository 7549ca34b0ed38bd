"""What the grades of other systems stand for in our four tiers."""

from dataclasses import replace

from features.catalogue.everything import BY_NAME
from model.grades import GRADE_INDICATORS, native_ranks
from model.standard import SHIPPED_STANDARDS, read_standards
from records.work_subjects import GRADES


def test_a_sectors_own_scale_says_what_its_letters_stand_for_blanks_and_width_aside() -> None:
    general = read_standards(SHIPPED_STANDARDS)["general"]
    scale = {"AA": "low", " A ": "medium", "ｂ": "medium_high", "C": "high"}
    standards = {"product_quality": replace(general, native_scale=scale), "other": replace(general, native_scale={})}
    assert native_ranks(standards) == {"product_quality": {"AA": 1, "A": 2, "B": 3, "C": 4}}


def test_every_scheme_of_the_contract_has_its_indicator() -> None:
    assert tuple(GRADE_INDICATORS) == GRADES.column("scheme").codes
    assert set(GRADE_INDICATORS.values()) <= set(BY_NAME)
