"""From tables to alerts: what is beyond its bound, how bad, who must act; and the page that shows them."""

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from model.alerts import Alert, Alerts
from model.standard import SHIPPED_STANDARDS, read_standards
from supervision.report.page import to_html
from supervision.watch.findings import ALIEN_INDEX, LEAST_USE, alerts_of
from supervision.watch.page import page_of
from supervision.watch.watch import Watched
from supervision.worklists.ledger import CREDIT_OFFICE
from tests.spec.tables import given
from tests.well_formed import read_page

AS_OF, REFERENCE = date(2024, 7, 1), date(2023, 7, 1)
STANDARDS = read_standards(SHIPPED_STANDARDS)
PENALTIES, COMPLAINTS = "penalties_count_365d", "complaints_count_365d"
RECORDS = given("""
    penalties | enterprise | record | occurred_on | sector
              | 甲         | P1     | 2024-06-01  | price
              | 甲         | P2     | 2020-06-01  | price
""").records


def drift(*rows: tuple[str, float], use: float = 0.05) -> pd.DataFrame:
    """Indicators, or sectors, with a stability index, significant and far apart."""
    table = pd.DataFrame(list(rows), columns=["name", "index"]).set_index("name")
    figures = {"p": 0.001, "q": 0.001, "distance": 1.0, "nulls_before": 0.0, "nulls_after": 0.0, "use": use}
    return table.assign(**figures)


def calibrated(sector: str, odds: float, q: float) -> pd.DataFrame:
    row = {"sector": sector, "n": 90, "expected": 0.1, "found": 0.2, "low": 0.15, "high": 0.26, "odds": odds, "q": q}
    return pd.DataFrame([row])


def promise(rank: int, found: float) -> pd.DataFrame:
    row = {"sector": "price", "tier_rank": rank, "n": 90, "promised_low": 0.05, "promised_high": 0.1, "found": found}
    return pd.DataFrame([row | {"low": 0.0, "high": 0.5, "q": 0.001}])


def feed(silent: bool = True) -> pd.DataFrame:
    row = {"subject": "penalties", "source": "案件系统", "arrivals": 300, "last_known": AS_OF, "silent_days": 70}
    return pd.DataFrame([row | {"longest": 9.0, "bound": 18.0, "is_silent": silent, "responsible": "执法稽查股"}])


def jump(station: str | None) -> pd.DataFrame:
    row = {"enterprise_id": "甲", "sector": "price", "rank_before": 2, "rank_after": 4, "station": station}
    return pd.DataFrame([row | {"moved": [(PENALTIES, 0.8)]}])


NOTHING = Watched(
    AS_OF, REFERENCE, "r" * 64, "s" * 64, drift(), drift(), calibrated("all", 1, 1)[:0], promise(1, 0.0)[:0],
    feed(False), jump(None)[:0], None, {},
    pd.DataFrame(columns=["as_of", "sector", "figure", "expected", "found", "n"]),
)  # fmt: skip


def found(**tables: object) -> Alerts:
    return alerts_of(replace(NOTHING, **tables), STANDARDS, RECORDS)


def only(**tables: object) -> Alert:
    (alert,) = found(**tables).alerts
    return alert


def test_where_nothing_moved_all_is_quiet() -> None:
    assert found() == Alerts(AS_OF, REFERENCE, "r" * 64, "s" * 64)
    assert found().state == "quiet"


def test_an_indicator_that_moved_is_a_warning_and_one_that_nobody_knows_again_is_broken() -> None:
    moved = only(inputs=drift((PENALTIES, 0.2)))
    assert (moved.kind, moved.severity, moved.subject) == ("input_drift", "warning", {"indicator": PENALTIES})
    assert moved.handler == CREDIT_OFFICE
    assert only(inputs=drift((PENALTIES, ALIEN_INDEX + 0.1))).severity == "broken"
    assert found(inputs=drift((PENALTIES, 0.2), use=LEAST_USE / 2)).alerts == ()


def test_index_and_test_are_both_needed() -> None:
    table = drift((PENALTIES, 0.2))
    for spared in ({"index": 0.09}, {"q": 0.06}):
        assert found(inputs=table.assign(**spared)).alerts == ()


@pytest.mark.parametrize(("use", "severity"), [(0.09, None), (0.2, "warning"), (0.3, "broken")])
def test_how_much_of_the_model_rests_on_what_moved_decides(use: float, severity: str | None) -> None:
    told = found(inputs=drift((PENALTIES, 0.3), use=use)).of("model_inputs")
    assert [one.severity for one in told] == ([severity] if severity else [])


def test_margins_of_all_sectors_break_and_those_of_one_are_a_warning() -> None:
    assert only(margins=drift(("all", 0.3))).severity == "broken"
    assert only(margins=drift(("all", 0.2))).severity == "warning"
    one = only(margins=drift(("price", 0.3)))
    assert (one.severity, one.handler) == ("warning", STANDARDS["price"].office)


@pytest.mark.parametrize(
    ("odds", "q", "severity"), [(2.0, 0.01, "broken"), (0.5, 0.01, "broken"), (1.2, 0.01, "warning"), (2.0, 0.06, None)]
)
def test_probabilities_that_found_draws_deny(odds: float, q: float, severity: str | None) -> None:
    told = found(calibration=calibrated("price", odds, q)).alerts
    assert [one.severity for one in told] == ([severity] if severity else [])


def test_the_low_tier_worse_than_promised_is_what_must_never_be() -> None:
    assert only(promises=promise(1, 0.3)).severity == "broken"
    assert only(promises=promise(1, 0.01)).severity == "warning"
    high = only(promises=promise(3, 0.3))
    assert (high.severity, high.figure, high.bound) == ("warning", 0.3, 0.1)


def test_a_silent_feed_is_the_responsible_partys_and_worse_where_the_model_rests_on_it() -> None:
    quiet_use = drift((COMPLAINTS, 0.0), use=0.5)
    told = only(feeds=feed(), inputs=quiet_use)
    assert (told.severity, told.handler, told.figure, told.bound) == ("warning", "执法稽查股", 70.0, 18.0)
    assert only(feeds=feed(), inputs=drift((PENALTIES, 0.0), use=0.5)).severity == "broken"


def test_a_jump_is_a_notice_to_the_station_with_the_records_behind_the_reason_that_moved() -> None:
    told = only(jumps=jump("某所"), jumped_since=REFERENCE)
    assert (told.severity, told.handler, told.evidence) == ("notice", "某所", ("penalties:P1",))
    assert "+0.80" in told.said.zh
    assert only(jumps=jump(None), jumped_since=REFERENCE).handler == STANDARDS["price"].office


def test_the_page_shows_what_was_found_and_what_is_unknown() -> None:
    look = replace(
        NOTHING, inputs=drift((PENALTIES, 3.0)), calibration=calibrated("price", 2.0, 0.01), promises=promise(1, 0.3),
        feeds=feed(), jumps=jump("某所"), jumped_since=REFERENCE,
    )  # fmt: skip
    page = to_html(page_of(look, alerts_of(look, STANDARDS, RECORDS), STANDARDS))
    told = read_page(page)
    assert (told.faults, told.loads) == ([], [])
    assert all(word in page for word in ("异常", "案件系统", "P1", "某所", "<svg"))
    empty = to_html(page_of(NOTHING, found(), STANDARDS))
    assert all(word in empty for word in ("输入的变动未知", "概率与承诺未知", "平稳"))
