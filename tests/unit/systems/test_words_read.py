"""Texts, identifiers, truths, lists and codes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from records.systems.codes import CODE_MAPS, OVERALL_RESULT, PENALTY_KIND, SECTOR, STATE
from records.systems.declaration import CodeMap
from records.systems.values.cell import Read, Unreadable
from records.systems.values.words import read_code, read_codes, read_identifier, read_list, read_text, read_truth


@pytest.mark.parametrize(
    ("cell", "text"),
    [(" 石炮台所 ", "石炮台所"), ("", None), ("\u3000", None), ("—", None), (12, "12"), ("\ufeff甲\u200b", "甲")],
)
def test_text_stays_as_it_is_but_for_its_ends(cell: object, text: str | None) -> None:
    assert read_text(cell).value == text


@pytest.mark.parametrize(
    ("cell", "flags"),
    [
        ("91440511MA0000015A", ()),
        ("91440511ma0000015a", ("capitalised",)),
        ("９１４４０５１１ＭＡ００００015Ａ", ("full_width",)),
        ("91440511 MA00 00015A", ("blanks_removed",)),
    ],
)
def test_an_identifier_is_compact_and_in_capitals(cell: str, flags: tuple[str, ...]) -> None:
    assert read_identifier(cell) == Read("91440511MA0000015A", flags)


@pytest.mark.parametrize("cell", [914405110000000000, 9.144e17, "9.14405E+17", "9e+17"])
def test_an_identifier_that_a_spreadsheet_has_rounded_is_refused(cell: object) -> None:
    with pytest.raises(Unreadable, match="id_lost_digits"):
        read_identifier(cell)


def test_a_short_number_is_an_identifier() -> None:
    assert read_identifier(1130).value == "1130"
    assert read_identifier(1130.0).value == "1130"


def test_an_identifier_of_another_form_is_an_unknown_code() -> None:
    assert read_identifier("1130", r"\d{4}").value == "1130"
    with pytest.raises(Unreadable, match="unknown_code"):
        read_identifier("有限责任公司", r"\d{4}")


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        *((word, True) for word in ("是", "1", "Y", "yes", "TRUE", "有", "√", True, 1, 1.0, "１", " y ")),
        *((word, False) for word in ("否", "0", "N", "No", "false", "无", "×", False, 0, "０")),
        *((word, None) for word in ("", None, "-", "NULL")),
    ],
)
def test_a_truth_however_it_is_written(cell: object, value: bool | None) -> None:
    assert read_truth(cell).value is value


@pytest.mark.parametrize("cell", ["maybe", "2", 2, "是否", []])
def test_what_is_neither_is_refused(cell: object) -> None:
    with pytest.raises(Unreadable, match=r"unreadable_truth|unexpected_type"):
        read_truth(cell)


@pytest.mark.parametrize("cell", ["b;a;;a", "a，b", "b、a", ["b", "a", None, "a"], "a | b"])
def test_a_list_is_sorted_and_holds_nothing_twice(cell: object) -> None:
    assert read_list(cell).value == ["a", "b"]


def test_no_list_is_the_empty_list() -> None:
    assert read_list("").value == []
    assert read_list(None).value == []


@pytest.mark.parametrize("cell", ["2", 2, 2.0, "02", "２", "罚款", " 罚款 "])
def test_a_code_and_its_name_mean_the_same(cell: object) -> None:
    assert read_code(cell, PENALTY_KIND).value == "fine"


@pytest.mark.parametrize("cell", ["99", "罚金", "X1"])
def test_an_unknown_code_is_refused(cell: str) -> None:
    with pytest.raises(Unreadable, match="unknown_code"):
        read_code(cell, PENALTY_KIND)


@pytest.mark.parametrize("cell", ["吊销，未注销", "吊销,未注销", "吊销（未注销）", "D", "d"])
def test_punctuation_and_capitals_of_a_code_do_not_count(cell: str) -> None:
    assert read_code(cell, STATE).value == "revoked"


def test_a_code_that_its_system_uses_in_two_senses_is_refused() -> None:
    with pytest.raises(Unreadable, match="ambiguous_code"):
        read_code("X", STATE)


def test_a_sector_that_no_table_names_means_itself_in_the_form_of_an_id() -> None:
    assert read_code("食品经营", SECTOR).value == "food_operation"
    assert read_code("civil_aviation", SECTOR).value == "civil_aviation"
    with pytest.raises(Unreadable, match="unknown_code"):
        read_code("民航", SECTOR)


@pytest.mark.parametrize("cell", ["2,8", "2;8", "8、2", ["8", 2], [2.0, "08"], "２，８"])
def test_several_codes_of_one_cell(cell: object) -> None:
    assert read_codes(cell, OVERALL_RESULT).value == ("market_rules", "non_cooperation")


def test_two_codes_are_never_taken_for_one_of_two_digits() -> None:
    assert read_codes("1,2", OVERALL_RESULT).value == ("market_rules", "no_violation")
    with pytest.raises(Unreadable, match="unknown_code"):
        read_code("1,2", OVERALL_RESULT)
    with pytest.raises(Unreadable, match="unknown_code"):
        read_code("D,A", STATE)


def test_one_unknown_code_of_several_refuses_the_cell() -> None:
    with pytest.raises(Unreadable, match="unknown_code"):
        read_codes("2,99", OVERALL_RESULT)
    assert read_codes("", OVERALL_RESULT).value is None


@pytest.mark.parametrize("codes", CODE_MAPS, ids=lambda codes: codes.name)
def test_every_code_that_is_written_is_read_back(codes: CodeMap) -> None:
    for code in codes.codes:
        assert codes.meaning(codes.written(code.means)) == code.means
        assert {codes.meaning(text) for text in code.written} == {code.means}


@pytest.mark.parametrize("codes", CODE_MAPS, ids=lambda codes: codes.name)
@settings(max_examples=25)
@given(text=st.text())
def test_any_text_is_a_known_code_or_refused(codes: CodeMap, text: str) -> None:
    try:
        read = read_code(text, codes)
    except Unreadable:
        return
    known = {code.means for code in codes.codes} | {None, codes.otherwise}
    assert read.value in known or codes.as_it_is
