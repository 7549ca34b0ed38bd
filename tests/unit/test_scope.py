"""Who is classified at all (R22)."""

from itertools import product

import ibis
import pytest

from records.scope import CODE_RULINGS, TYPE_RULINGS, in_scope, is_code_in_scope, is_in_scope, scope_rows


@pytest.mark.parametrize("ent_type", ["1130", "2190", "3200", "4310", "4530", "4560", "5840", "6840", "7200", "8000"])
def test_enterprises_and_their_branches_are_in_scope(ent_type: str) -> None:
    assert is_in_scope(ent_type)


@pytest.mark.parametrize("ent_type", ["9100", "9200", "9500", "9600", "9999", "4110", "4210"])
def test_cooperatives_individuals_institutions_and_social_organisations_are_out(ent_type: str) -> None:
    assert not is_in_scope(ent_type)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("91440511MA0000015A", True),
        ("92440511MA00000000", False),
        ("93440511MA00000000", False),
        ("12440511MA00000000", False),
        ("52440511MA00000000", False),
        ("81440511MA00000000", True),  # no ruling names it
        ("1244051", True),  # no unified code, so it says nothing
        ("92440511ma00000000", True),
        ("企业0001", True),
        ("", True),
    ],
)
def test_a_unified_code_alone_tells_the_scope(code: str, expected: bool) -> None:
    assert is_code_in_scope(code) is expected


def test_a_subject_is_out_where_either_its_type_or_its_code_says_so() -> None:
    enterprise, individual = "91440511MA0000015A", "92440511MA00000000"
    assert is_in_scope("1130", enterprise)
    assert not is_in_scope("1130", individual)
    assert not is_in_scope("9500", enterprise)
    assert not is_in_scope("9500", individual)
    assert is_in_scope("1130", "E0001")


def test_engine_agrees_with_the_plain_reading() -> None:
    types = [f"{number:04d}" for number in range(1000, 10000, 37)]
    ids = [f"{start}440511MA0000000{end}" for start, end in product(["11", "19", "51", "91", "92", "93", "31"], "0A")]
    pairs = list(product(types, [*ids, "E0001", "92440511", "1" * 18, "1" * 19, "", "企业"]))
    rows = ibis.memtable({"ent_type": [one for one, _ in pairs], "enterprise_id": [one for _, one in pairs]})
    table = ibis.duckdb.connect().create_table("register", rows)
    told = table.mutate(scope=in_scope(table.ent_type, table.enterprise_id)).to_pyarrow().to_pylist()
    assert {(row["ent_type"], row["enterprise_id"]): row["scope"] for row in told} == {
        pair: is_in_scope(*pair) for pair in pairs
    }


def test_every_ruling_says_why() -> None:
    rows = scope_rows()
    assert len(rows) == len(TYPE_RULINGS) + len(CODE_RULINGS)
    assert all(row["reason"] and row["zh"] and row["en"] for row in rows)
    assert {row["starts_with"] for row in rows if row["code"] == "unified_code"} == {"1", "5", "91", "92", "93"}


def test_types_out_of_scope_are_told_by_their_first_two_digits() -> None:
    """What the engine relies on: it compares these two digits alone."""
    assert {len(ruling.prefix) for ruling in TYPE_RULINGS if not ruling.in_scope} == {2}
    longer = [ruling.prefix for ruling in TYPE_RULINGS if len(ruling.prefix) > 2]
    assert longer == []
