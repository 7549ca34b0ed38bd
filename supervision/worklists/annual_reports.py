"""Annual reports due and not filed (R4), with the days left or overdue."""

import pandas as pd

from supervision.worklists.ledger import Ledger
from supervision.worklists.unfiled import unfiled_reports
from supervision.worklists.worklist import PLAN, ListColumn, Row, Words, Worklist, alone, day


def due(ledger: Ledger) -> pd.DataFrame:
    """One row per enterprise and year whose report is due and not filed; due on the last day in time.

    Every subject that files is listed, also those that are not classified.
    """
    unfiled = unfiled_reports(ledger).rename(columns={"closes_on": "due_on"})
    return unfiled.assign(
        days_left=(unfiled["due_on"] - ledger.midnight).dt.days,
        state=unfiled["is_closed"].map({True: "not_filed", False: "open"}),
        records=alone(unfiled["reference"]),
    )


def _why(row: Row) -> Words:
    year, last, left = row["year"], day(row["due_on"]), row["days_left"]
    if left < 0:
        return (
            f"{year}年度报告应于{last}前（含当日）报送，已逾期{-left}天，未见报送。",
            f"The report for {year} was due by {last}; it is {-left} day(s) overdue and not on record.",
        )
    return (
        f"{year}年度报告应于{last}前（含当日）报送，还有{left}天，未见报送。",
        f"The report for {year} is due by {last}, in {left} day(s); it is not on record yet.",
    )


DUE = Worklist(
    name="annual_report_due",
    zh="年报应报未报",
    en="Annual reports due and not filed",
    source=f"《企业信息公示暂行条例》第八条；{PLAN} R4",
    action_zh="期内的提醒报送；逾期的督促补报，依规定列入经营异常名录。",
    action_en="Remind those still in time; urge the late ones to file, and list them as the rules say.",
    columns=(
        ListColumn("year", "报告年度", "Year reported on", "int"),
        ListColumn("state", "报送状态", "Filing state"),
        ListColumn("days_left", "剩余天数（负为逾期）", "Days left, negative: overdue", "int"),
    ),
    rows=due,
    why=_why,
    in_scope_only=False,
)
