"""Numbers and amounts: separators, full-width digits, 万元 and 元, per cent; empty is never zero."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.systems.values.cell import Read, Unreadable
from records.systems.values.numbers import read_amount, read_number, read_share, read_whole

FULL_WIDTH = str.maketrans("0123456789.,-", "０１２３４５６７８９．，－")
CENTS = st.integers(-(10**14), 10**14).map(lambda cents: Decimal(cents) / 100)


@pytest.mark.parametrize(
    ("cell", "value", "flags"),
    [
        ("1234.5", 1234.5, ()),
        ("1,234.5", 1234.5, ("thousands_separator",)),
        ("１，２３４．５", 1234.5, ("full_width", "thousands_separator")),
        ("-3", -3.0, ()),
        ("1.2E+05", 120_000.0, ()),
        (".5", 0.5, ()),
        (7, 7.0, ()),
        (0, 0.0, ()),
        ("0", 0.0, ()),
        (0.1, 0.1, ()),
    ],
)
def test_a_number_however_it_is_written(cell: object, value: float, flags: tuple[str, ...]) -> None:
    assert read_number(cell) == Read(value, flags)


@pytest.mark.parametrize("cell", ["", None, "-", "—", "无", "  ", float("nan")])
def test_nothing_is_null_and_not_zero(cell: object) -> None:
    for reader in (read_number, read_whole, read_share, read_amount):
        assert reader(cell).value is None


@pytest.mark.parametrize(
    "cell",
    ["12,34", "1,2345", "1.2.3", "十二", "about 5", "(500)", "1 234", "inf", "nan5", "1e999", True, [], "--5", "5-"],
)
def test_what_is_no_number_is_refused(cell: object) -> None:
    with pytest.raises(Unreadable, match=r"unreadable_number|unexpected_type"):
        read_number(cell)


@pytest.mark.parametrize(
    ("cell", "unit", "yuan", "flags"),
    [
        ("5000", "yuan", 5000.0, ()),
        ("0.5", "wan", 5000.0, ("unit_converted",)),
        ("0.29", "wan", 2900.0, ("unit_converted",)),
        ("5万元", "yuan", 50_000.0, ("unit_converted",)),
        ("5万", "yuan", 50_000.0, ("unit_converted",)),
        ("1.2亿元", "yuan", 1.2e8, ("unit_converted",)),
        ("5000元", "wan", 5000.0, ()),
        ("¥1,000.00", "yuan", 1000.0, ("thousands_separator",)),
        ("￥１００", "yuan", 100.0, ("full_width",)),
        ("人民币100万元", "yuan", 1e6, ("unit_converted",)),
        ("100万元人民币", "yuan", 1e6, ("unit_converted",)),
        ("0", "wan", 0.0, ("unit_converted",)),
    ],
)
def test_an_amount_is_in_yuan(cell: object, unit: str, yuan: float, flags: tuple[str, ...]) -> None:
    assert read_amount(cell, unit) == Read(yuan, flags)


def test_a_unit_that_nothing_states_is_flagged_as_assumed() -> None:
    assert read_amount("3", "wan", is_assumed=True) == Read(30_000.0, ("unit_assumed",))
    assert read_amount("3万元", "wan", is_assumed=True) == Read(30_000.0, ("unit_converted",))


@pytest.mark.parametrize("cell", ["伍万元", "5美元", "USD 5", "元", "5万5千"])
def test_an_amount_in_words_or_another_currency_is_refused(cell: str) -> None:
    with pytest.raises(Unreadable, match="unreadable_number"):
        read_amount(cell)


@pytest.mark.parametrize(
    ("cell", "value"), [("3", 3), ("3.0", 3), (3.0, 3), ("1,200", 1200), ("12人", 12), ("12 人", 12)]
)
def test_a_whole_number_may_be_counted_in_words(cell: object, value: int) -> None:
    assert read_whole(cell).value == value


@pytest.mark.parametrize("cell", ["3.5", 3.5, "12人民", "9223372036854775808"])
def test_a_fraction_is_no_whole_number(cell: object) -> None:
    with pytest.raises(Unreadable, match="unreadable_number"):
        read_whole(cell)


@pytest.mark.parametrize(("cell", "flags"), [("0.05", ()), ("5%", ("percent",)), ("５％", ("full_width", "percent"))])
def test_a_share_is_a_fraction_of_one(cell: str, flags: tuple[str, ...]) -> None:
    assert read_share(cell) == Read(0.05, flags)


@given(CENTS)
def test_every_way_to_write_an_amount_gives_that_amount(amount: Decimal) -> None:
    plain = f"{amount:f}"
    written = [plain, f"{amount:,}", plain.translate(FULL_WIDTH), f"{amount / 10_000:f}万元", f"{amount:,}元"]
    assert {read_amount(cell).value for cell in written} == {float(amount)}
    assert read_amount(f"{amount / 10_000:f}", "wan").value == float(amount)


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e300, max_value=1e300))
def test_a_number_of_a_spreadsheet_stays_what_it_is(number: float) -> None:
    assert read_number(number).value == number


@given(st.one_of(st.text(), st.integers(), st.floats(), st.booleans(), st.none(), st.lists(st.integers())))
def test_any_cell_is_read_or_refused_and_nothing_else_happens(cell: object) -> None:
    for reader in (read_number, read_whole, read_share, read_amount):
        try:
            read = reader(cell)
        except Unreadable:
            continue
        assert read.value is None or isinstance(read.value, int | float)
