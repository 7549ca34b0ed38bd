"""The check character of unified codes, by the worked examples of the handbook and by its properties."""

import ibis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.unified_code import (
    ALPHABET,
    check_character,
    has_wrong_check_character,
    is_unified_code,
    wrong_check_character,
)

BODIES = st.builds(
    "{}{:06d}{}".format,
    st.text(ALPHABET, min_size=2, max_size=2),
    st.integers(0, 999_999),
    st.text(ALPHABET, min_size=9, max_size=9),
)


@pytest.mark.parametrize("code", ["91440511MA0000015A", "91512081MA62K0260E"])
def test_worked_examples_have_the_right_check_character(code: str) -> None:
    assert check_character(code[:17]) == code[17]
    assert not has_wrong_check_character(code)


def test_circulating_code_with_a_wrong_character_is_told() -> None:
    assert has_wrong_check_character("91350211M0000XUF46")


@pytest.mark.parametrize("identifier", ["TOR-10022", "", "91440511MA0000015", "91440511IA0000015A"])
def test_other_identifiers_are_no_unified_codes_and_not_wrong(identifier: str) -> None:
    assert not is_unified_code(identifier)
    assert not has_wrong_check_character(identifier)


@given(BODIES, st.integers(0, 16), st.sampled_from(ALPHABET))
def test_any_single_changed_character_is_noticed(body: str, position: int, other: str) -> None:
    changed = body[:position] + other + body[position + 1 :]
    if changed != body:
        assert check_character(changed) != check_character(body)


def test_engine_agrees_with_the_plain_reading() -> None:
    bodies = [f"91{region:06d}MA{number:07d}" for region, number in zip(range(440500, 440560), range(60), strict=True)]
    codes = [body + ALPHABET[index % 31] for index, body in enumerate(bodies)] + ["甲", "TOR-1", "91350211M0000XUF46"]
    connection = ibis.duckdb.connect()
    table = connection.create_table("codes", ibis.memtable({"code": codes}))
    told = table.select("code", wrong=wrong_check_character(table.code)).to_pyarrow().to_pylist()
    assert {row["code"]: row["wrong"] for row in told} == {code: has_wrong_check_character(code) for code in codes}
