"""Dormancy (R13): who might be guided to file for it, and whose dormancy comes to its end."""

import pandas as pd

from supervision.worklists.ledger import Ledger
from supervision.worklists.signs import TRADE, active_dormancies, active_listings, signs, since, unreachable
from supervision.worklists.worklist import PLAN, ListColumn, Row, Words, Worklist, alone, day, references

REGULATION = f"《市场主体登记管理条例》第三十条（歇业最长三年）；{PLAN} R13"
LONGEST_YEARS = 3


def candidates(ledger: Ledger) -> pd.DataFrame:
    """Active enterprises whose latest filed report shows no business, and that can be reached (project decision).

    The report says revenue 0 and employees 0 or nothing (an empty revenue says nothing). Left out are those dormant
    already, on the serious list, not found since, and with a sign of trade since. Due from the day of that report.
    """
    reports = ledger.records("annual_reports", "year", "state", "employees", "revenue_yuan")
    filed = reports[reports["state"] != "not_filed"].sort_values(["enterprise_id", "year", "occurred_on", "record_id"])
    last = filed.drop_duplicates("enterprise_id", keep="last")
    is_recent = last["occurred_on"] >= ledger.midnight - pd.Timedelta(days=ledger.rules.dormancy.report_days)
    shows_nothing = (last["revenue_yuan"] == 0) & (last["employees"].isna() | (last["employees"] == 0))
    rows = last[is_recent & shows_nothing].rename(columns={"occurred_on": "due_on"})
    rows = rows[~rows["enterprise_id"].isin(_excluded(ledger, rows.set_index("enterprise_id")["due_on"]))]
    return rows.assign(records=alone(references("annual_reports", rows["record_id"])))


def _excluded(ledger: Ledger, reported_on: pd.Series) -> set[str]:
    listed = active_listings(ledger)
    enterprises = ledger.enterprises
    groups = (
        active_dormancies(ledger),
        enterprises[enterprises["state"] == "dormant"],
        listed[listed["kind"] == "serious"],
        since(unreachable(ledger), reported_on),
        since(signs(ledger, TRADE), reported_on),
    )
    return {name for group in groups for name in group["enterprise_id"]}


def _why_candidate(row: Row) -> Words:
    filed, year = day(row["due_on"]), row["year"]
    zh, en = "从业人数为零", "no employees"
    if pd.isna(row["employees"]):
        zh, en = "未填从业人数", "does not give employees"
    return (
        f"{filed}报送的{year}年度报告营业总收入为零、{zh}，此后无经营迹象。",
        f"The report for {year} filed on {filed} shows no revenue and {en}; nothing on record since shows trade.",
    )


CANDIDATES = Worklist(
    name="dormancy_candidates",
    zh="可引导歇业备案的主体",
    en="Candidates for a dormancy filing",
    source=REGULATION,
    action_zh="联系并说明歇业备案的条件与办法；不再经营的引导注销。",
    action_en="Contact it and explain how to file for dormancy; guide one that has given up to deregistration.",
    columns=(
        ListColumn("year", "报告年度", "Year reported on", "int"),
        ListColumn("employees", "从业人数", "Employees", "int"),
    ),
    rows=candidates,
    why=_why_candidate,
)


def endings(ledger: Ledger) -> pd.DataFrame:
    """Dormancies that end within `lead_days`, or should have ended: as planned, and after three years at the latest."""
    filed = active_dormancies(ledger)
    longest = filed["occurred_on"] + pd.DateOffset(years=LONGEST_YEARS)
    ends = filed["planned_end_on"].where(filed["planned_end_on"] < longest, longest)
    rows = filed.assign(
        filed_on=filed["occurred_on"],
        due_on=ends,
        days_left=(ends - ledger.midnight).dt.days,
        records=alone(references("dormancies", filed["record_id"])),
    )
    return rows[rows["days_left"] <= ledger.rules.dormancy.lead_days]


def _why_ending(row: Row) -> Words:
    filed, ends = day(row["filed_on"]), day(row["due_on"])
    if row["days_left"] > 0:
        return f"{filed}备案的歇业将于{ends}到期。", f"The dormancy filed on {filed} ends on {ends}."
    return (
        f"{filed}备案的歇业已于{ends}到期，未见恢复营业或注销。",
        f"The dormancy filed on {filed} ended on {ends}, and no end of it is on record.",
    )


ENDINGS = Worklist(
    name="dormancies_ending",
    zh="歇业将到期或已到期",
    en="Dormancies at their end",
    source=REGULATION,
    action_zh="提醒恢复营业或办理注销；歇业期间仍须报送年报。",
    action_en="Remind it to resume business or to deregister; a dormant enterprise still files annual reports.",
    columns=(
        ListColumn("filed_on", "备案日期", "Filed on", "date"),
        ListColumn("days_left", "剩余天数（负为已过期）", "Days left, negative: past", "int"),
    ),
    rows=endings,
    why=_why_ending,
)
