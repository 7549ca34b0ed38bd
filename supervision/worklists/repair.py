"""Credit repair (R19): records whose repair, or removal from a list, may be applied for now."""

from collections.abc import Callable
from datetime import date

import pandas as pd

from records.list_rules import SERIOUS, early_removal_possible_from
from records.penalty_regimes import display_ends_on, repair_possible_from
from supervision.worklists.ledger import Ledger
from supervision.worklists.signs import ADDRESS_CHANGED, CONTACTS, MET_AT_ADDRESS, Sign, active_listings, signs
from supervision.worklists.unfiled import unfiled_reports
from supervision.worklists.worklist import PLAN, ListColumn, Row, Words, Worklist, alone, day, looked_up

COLUMNS = ("enterprise_id", "record_id", "subject", "occurred_on", "due_on", "sector", "office", "decision_no", "ended")
MATTERS = {
    "penalty": ("行政处罚", "the penalty", "信用修复", "its repair"),
    "serious": ("严重违法失信名单列入", "the serious listing", "提前移出", "early removal"),
    "abnormal": ("经营异常名录列入", "the abnormal listing", "移出", "removal"),
}
FILED = next(sign for sign in CONTACTS if sign.subject == "annual_reports")
CAUSE_ENDED: dict[str, tuple[Sign, ...]] = {
    "annual_report": (FILED,),
    "unreachable": (ADDRESS_CHANGED, MET_AT_ADDRESS),
}
"""What shows that the cause of an abnormal listing has ended (handbook 2.3); for other causes no record does."""


def eligible(ledger: Ledger) -> pd.DataFrame:
    """Penalties, serious and abnormal listings in force for which an application may be made at the ledger's date.

    From when is told by the legal regime of the record's date (`records.penalty_regimes`, `records.list_rules`), for an
    abnormal listing by the first record that shows its cause to have ended. Left out are records with an application
    that is pending or granted, and penalties displayed no more. Failed samplings may be repaired since 2025-12-25, but
    no term is known, so they are not listed. The office is whoever answers for the record.
    """
    found = repairable(ledger)
    return found[found["due_on"] <= ledger.midnight]


def repairable(ledger: Ledger) -> pd.DataFrame:
    """`eligible`, and with it the records for which an application may be made only later: from `due_on` on."""
    found = pd.concat([_penalties(ledger), _serious(ledger), _abnormal(ledger)], ignore_index=True)
    found = found[found["due_on"].notna()]
    found = found.assign(reference=found["subject"] + ":" + found["record_id"])
    applied = _applications(ledger)
    busy = applied.loc[applied["decision"] != "refused", "reference"]
    refused = applied[applied["decision"] == "refused"].groupby("reference")["occurred_on"].max()
    rows = found[~found["reference"].isin(busy)]
    ended = rows["ended"].map(lambda one: [one], na_action="ignore")
    own = alone(rows["reference"])
    return rows.assign(
        refused_on=looked_up(rows["reference"], refused),
        records=own.where(ended.isna(), own + ended),
    )


def _penalties(ledger: Ledger) -> pd.DataFrame:
    rows = ledger.records("penalties", "sector", "kind", "severity", "responsible", "decision_no")
    facts = ("kind", "severity", "occurred_on")
    rows = rows.assign(matter="penalty", due_on=_dates(rows, facts, repair_possible_from), subject="penalties")
    over = _dates(rows, facts, display_ends_on) <= ledger.midnight
    return _told(rows[~over])


def _serious(ledger: Ledger) -> pd.DataFrame:
    rows = _listings(ledger)
    rows = rows[rows["kind"] == SERIOUS]
    return _told(
        rows.assign(matter="serious", due_on=_dates(rows, ("kind", "occurred_on"), early_removal_possible_from))
    )


def _abnormal(ledger: Ledger) -> pd.DataFrame:
    rows = _listings(ledger)
    unfiled = ledger.once(unfiled_reports)
    still_missing = unfiled.loc[unfiled["is_closed"], "enterprise_id"]
    # One report filed since is not enough while another year is missing.
    goes_on = (rows["cause"] == "annual_report") & rows["enterprise_id"].isin(still_missing)
    rows = rows[(rows["kind"] != SERIOUS) & ~goes_on]
    parts = [_cause_ended(ledger, rows[rows["cause"] == cause], kinds) for cause, kinds in CAUSE_ENDED.items()]
    return _told(pd.concat(parts, ignore_index=True).assign(matter="abnormal"))


def _cause_ended(ledger: Ledger, rows: pd.DataFrame, kinds: tuple[Sign, ...]) -> pd.DataFrame:
    """The listings of one cause with the first sign, on or after the day of listing, that it has ended."""
    found = signs(ledger, kinds)[["enterprise_id", "on", "reference"]]
    pairs = rows.merge(found, on="enterprise_id")
    pairs = pairs[pairs["on"] >= pairs["occurred_on"]].sort_values(["record_id", "on", "reference"])
    return pairs.drop_duplicates("record_id").rename(columns={"on": "due_on", "reference": "ended"})


def _listings(ledger: Ledger) -> pd.DataFrame:
    more = ledger.records("listings", "responsible", "decision_no")[["record_id", "responsible", "decision_no"]]
    return active_listings(ledger).merge(more, on="record_id").assign(subject="listings")


def _told(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.rename(columns={"responsible": "office"}).reindex(columns=[*COLUMNS, "matter"])


def _dates(rows: pd.DataFrame, columns: tuple[str, ...], of: Callable[..., date | None]) -> pd.Series:
    """A date of the law for each row, worked out once for all rows with the same facts."""
    facts = rows[list(columns)].drop_duplicates()
    plain = facts.assign(occurred_on=facts["occurred_on"].dt.date)
    dates = pd.to_datetime(pd.Series([of(*one) for one in plain.itertuples(index=False)], index=facts.index))
    return rows[list(columns)].merge(facts.assign(found=dates), how="left")["found"].set_axis(rows.index)


def _applications(ledger: Ledger) -> pd.DataFrame:
    applied = ledger.records("repairs", "target_subject", "target_record_id", "decision")
    return applied.assign(reference=applied["target_subject"] + ":" + applied["target_record_id"])


def _why(row: Row) -> Words:
    zh, en, asked_zh, asked_en = MATTERS[row["matter"]]
    decided, since = day(row["occurred_on"]), day(row["due_on"])
    if pd.notna(row["decision_no"]):
        zh, en = f"{zh}（{row['decision_no']}）", f"{en} {row['decision_no']}"
    zh = f"{decided}的{zh}自{since}起可申请{asked_zh}"
    en = f"For {en} of {decided}, {asked_en} may be applied for since {since}"
    if pd.notna(row["refused_on"]):
        refused = day(row["refused_on"])
        return f"{zh}，{refused}的申请未获准。", f"{en}; the application of {refused} was refused."
    return f"{zh}，尚无申请。", f"{en}; nobody has applied."


ELIGIBLE = Worklist(
    name="repair_eligible",
    zh="可申请信用修复的记录",
    en="Records whose repair may be applied for",
    source=f"{PLAN} R19；《信用修复管理办法》（2025，总局令第107号）及此前规定，按决定日期适用",
    action_zh="告知当事人修复的条件、渠道和程序，核对处罚是否已履行。",
    action_en="Tell it the conditions, channel and procedure of repair; check that the penalty was performed.",
    columns=(
        ListColumn("matter", "事项", "Matter"),
        ListColumn("occurred_on", "决定或列入日期", "Decided or listed on", "date"),
        ListColumn("decision_no", "决定书文号", "Number of the decision"),
        ListColumn("refused_on", "最近未获准的申请", "Latest application refused", "date"),
    ),
    rows=eligible,
    why=_why,
    in_scope_only=False,
)
