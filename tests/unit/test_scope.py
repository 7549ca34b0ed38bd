"""Who is classified at all (R22)."""

import ibis
import pytest

from records.scope import (
    CODE_RULINGS,
    OUT_OF_SCOPE_PREFIXES,
    TYPE_RULINGS,
    in_scope,
    is_code_in_scope,
    is_in_scope,
)


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
    ],
)
def test_a_unified_code_alone_tells_the_scope(code: str, expected: bool) -> None:
    assert is_code_in_scope(code) is expected


def test_engine_agrees_with_the_plain_reading() -> None:
    types = [f"{number:04d}" for number in range(1000, 10000, 7)]
    table = ibis.duckdb.connect().create_table("types", ibis.memtable({"ent_type": types}))
    told = table.mutate(scope=in_scope(table.ent_type)).to_pyarrow().to_pylist()
    assert {row["ent_type"]: row["scope"] for row in told} == {code: is_in_scope(code) for code in types}


def test_every_ruling_says_why() -> None:
    assert all(ruling.reason and ruling.zh and ruling.en for ruling in (*TYPE_RULINGS, *CODE_RULINGS))
    assert {len(prefix) for prefix in OUT_OF_SCOPE_PREFIXES} == {2}
