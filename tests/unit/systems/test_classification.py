"""System 4: grades of the provincial classification system, kept as given beside the tier that they stand for."""

from pathlib import Path
from typing import Any

import pytest

from model.grades import native_ranks
from model.standard import SHIPPED_STANDARDS, read_standards
from tests.deliveries import CODE, import_rows, scales, stored, terms

GRADE = {"uniscid": CODE, "grade": "C", "asof": "2024-06-01", "评定机关": "省局", "score": "612.5"}


def graded(tmp_path: Path, **changed: Any) -> dict[str, Any]:
    imported = import_rows(tmp_path / "records", [{**GRADE, **changed}], "classification", terms(scales=scales()))
    assert imported.entry.reasons == {}
    return stored(tmp_path / "records", "grades")[0]


def test_a_general_grade_keeps_its_letter_and_has_the_rank_of_the_national_classes(tmp_path: Path) -> None:
    row = graded(tmp_path)
    assert (row["scheme"], row["grade"], row["tier_rank"], row["score"]) == ("provincial_general", "C", 3, 612.5)
    assert row["sector"] is None


@pytest.mark.parametrize(
    ("sector", "grade", "rank"),
    [("product_quality", "A", 2), ("product_quality", "AA", 1), ("food_operation", "A", 1), ("drugs", "A", 1)],
)
def test_a_letter_means_what_the_scale_of_its_sector_says(tmp_path: Path, sector: str, grade: str, rank: int) -> None:
    row = graded(tmp_path, 监管领域=sector, grade=grade)
    assert (row["scheme"], row["grade"], row["tier_rank"]) == ("provincial_professional", grade, rank)


@pytest.mark.parametrize("written", ["c", "Ｃ", " C "])
def test_width_and_capitals_of_a_grade_do_not_count(tmp_path: Path, written: str) -> None:
    assert graded(tmp_path, grade=written)["tier_rank"] == 3


@pytest.mark.parametrize(
    ("sector", "grade"), [("", "E"), ("product_quality", "D"), ("food_operation", "优秀"), ("", "1")]
)
def test_a_grade_that_its_scale_does_not_know_is_quarantined(tmp_path: Path, sector: str, grade: str) -> None:
    row = {**GRADE, "监管领域": sector, "grade": grade}
    imported = import_rows(tmp_path / "records", [row], "classification", terms(scales=scales()))
    assert imported.entry.reasons == {"unknown_grade:grade": 1}


def test_a_professional_grade_without_a_sector_is_quarantined(tmp_path: Path) -> None:
    row = {**GRADE, "模型类型": "专业型"}
    imported = import_rows(tmp_path / "records", [row], "classification", terms(scales=scales()))
    assert imported.entry.reasons == {"missing:sector": 1}


def test_the_grade_of_another_month_is_another_record(tmp_path: Path) -> None:
    rows = [GRADE, {**GRADE, "asof": "2024-05-01"}, {**GRADE, "监管领域": "drugs"}]
    counts = import_rows(tmp_path / "records", rows, "classification", terms(scales=scales())).entry.counts
    assert counts["accepted"] == 3


def test_the_scales_are_those_of_the_standards() -> None:
    ranks = native_ranks(read_standards(SHIPPED_STANDARDS))
    assert ranks["product_quality"] == {"AA": 1, "A": 2, "B": 3, "C": 4}
    assert ranks["medical_devices"]["4"] == 4
    assert "metrology" not in ranks
