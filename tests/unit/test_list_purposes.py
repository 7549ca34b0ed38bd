"""What the lists are compared for: the shipped purposes, and a file that makes no sense."""

from pathlib import Path

import pytest

from records.errors import ConfigError
from records.list_purposes import KINDS, SHIPPED_PURPOSES, read_purposes, shipped_purposes


def test_the_plans_purposes_are_declared_with_their_legal_basis() -> None:
    declared = shipped_purposes()
    assert {"procurement", "bidding", "market_access", "qualification", "award", "permit"} <= set(declared.purposes)
    assert tuple(declared.lists) == KINDS
    for one in (*declared.purposes.values(), *declared.lists.values()):
        assert one.zh
        assert one.en
        assert "《" in one.basis


def test_the_serious_list_stops_every_purpose_and_the_abnormal_list_where_the_law_names_it() -> None:
    stops = {name: purpose.stops for name, purpose in shipped_purposes().purposes.items()}
    assert all("serious" in lists for lists in stops.values())
    assert {name for name, lists in stops.items() if "abnormal" in lists} == {
        "procurement",
        "bidding",
        "land_grant",
        "award",
    }


def test_no_reading_is_called_checked_before_it_was() -> None:
    assert not any(purpose.is_checked for purpose in shipped_purposes().purposes.values())


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('stops = ["abnormal", "serious"]', 'stops = ["tier"]', r"stops.*must be one of abnormal, serious, got 'tier'"),
        ("is_checked = false", "is_checked = 0", r"is_checked must be true or false, got 0"),
        ('zh = "政府采购"', 'zh = ""', r"zh must be a text that is not empty"),
        ("[purpose.procurement]", '[purpose."政府采购"]', r"must be letters, digits and _, at most 32, got '政府采购'"),
        ("[list.serious]", "[list.black]", r"list\.serious is required and missing"),
        ("[purpose.award]", "[purpose.award]\ntier = 4", r"tier is not a key here"),
    ],
)
def test_a_file_that_makes_no_sense_is_refused_with_its_line(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    text = SHIPPED_PURPOSES.read_text(encoding="utf-8")
    assert old in text
    file = tmp_path / "purposes.toml"
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ConfigError, match=sentence) as refusal:
        read_purposes(file)
    assert str(refusal.value).startswith(f"{file}:")


def test_a_file_without_a_purpose_is_refused(tmp_path: Path) -> None:
    text = SHIPPED_PURPOSES.read_text(encoding="utf-8")
    file = tmp_path / "purposes.toml"
    file.write_text(text[: text.index("[purpose.procurement]")] + "[purpose]\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"purpose must hold at least one purpose"):
        read_purposes(file)
