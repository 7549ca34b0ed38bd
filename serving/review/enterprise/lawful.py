"""What an enterprise may lawfully do now to be judged better: repair, removal from a list, payment, missing reports.

Conditions and terms are those of the rules that are data with dates (`records.penalty_regimes`, `records.list_rules`,
`records.annual_report_windows`), read as the worklist of repairs reads them (`supervision.worklists.repair`). What no
rule lets anybody undo, such as an inspection's finding or a complaint, is no step.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
import pyarrow as pa

from features.evidence import evidence
from records.list_rules import ABNORMAL_CAUSES, removal_reasons
from records.source import records_from_tables
from serving.review.enterprise.actions import Action
from supervision.worklists.ledger import Ledger
from supervision.worklists.repair import repairable
from supervision.worklists.rules import shipped_rules
from supervision.worklists.signs import active_listings
from supervision.worklists.unfiled import unfiled_reports

Words = tuple[str, str]

_NO_REMEDY = ("deregistered", "transferred")
"""Reasons for which a listing ends that nobody is advised to bring about."""
PAYMENT = ("《行政处罚法》", "Administrative Penalty Law")
REPAIR = ("《信用修复管理办法》及此前规定，按决定日期适用", "rules on credit repair, by the date of the decision")
LISTS = ("《企业经营异常名录管理暂行办法》", "Interim measures on the abnormal list")
SERIOUS = ("《市场监督管理严重违法失信名单管理办法》", "Measures on the list of serious violations")
REPORTS = ("《企业信息公示暂行条例》第八条", "Interim regulation on enterprise information, Art. 8")


@dataclass(frozen=True)
class Step:
    """One lawful action: what it is, on what condition, by which rule, and what must be done with it.

    `possible_from` is the first day on which it may be asked for. Steps in `requires` belong to the same set.
    """

    action: Action
    what: Words
    condition: Words
    source: Words
    possible_from: date
    requires: frozenset[Action] = frozenset()


def lawful_steps(tables: Mapping[str, pa.Table], as_of: date, report_years: Collection[int]) -> tuple[Step, ...]:
    """Every step that the rules give the enterprise, now or from a later day on, sorted by action.

    `tables` are its records that count at `as_of`, by subject; `report_years` those on which reports were collected
    from anybody.
    """
    ledger = ledger_of_one(tables, as_of, sorted(report_years))
    filings, payments = _filings(ledger), _payments(ledger)
    steps = [*filings, *payments, *_repairs(ledger, payments), *_removals(ledger)]
    return tuple(sorted(steps, key=lambda step: step.action))


def ledger_of_one(tables: Mapping[str, pa.Table], as_of: date, report_years: Sequence[int]) -> Ledger:
    """The ledger of a single enterprise, from which worklists would be drawn up for it alone."""

    def read(subject: str, columns: Sequence[str]) -> pa.Table:
        return tables[subject].select(list(columns))

    def evidence_of(enterprise_ids: Sequence[str]) -> pd.DataFrame:
        return evidence(records_from_tables(tables), as_of, enterprise_ids)

    return Ledger(as_of, read, evidence_of, shipped_rules(), report_years=report_years)


def _filings(ledger: Ledger) -> list[Step]:
    return [
        Step(
            _filing(row["year"]),
            (f"报送{row['year']}年度报告", f"file the annual report on {row['year']}"),
            ("期限已过，可以补报", "the last day has passed, it may still be filed")
            if row["is_closed"]
            else (f"期限至{row['closes_on']:%Y-%m-%d}", f"in time until {row['closes_on']:%Y-%m-%d}"),
            REPORTS,
            row["opens_on"].date(),
        )
        for row in ledger.once(unfiled_reports).to_dict("records")
        if row["opens_on"] < ledger.midnight
    ]


def _filing(year: int) -> Action:
    return Action("file", "annual_reports", str(year))


def _payments(ledger: Ledger) -> list[Step]:
    fines = ledger.records("penalties", "decision_no", "due_on", "performed_on")
    unpaid = fines[fines["due_on"].notna() & ~(fines["performed_on"] <= ledger.midnight)]
    return [
        Step(
            Action("pay", "penalties", row["record_id"]),
            (f"缴清{_decision(row)}的罚款", f"pay the fine of {_decision(row)}"),
            (f"缴纳期限{row['due_on']:%Y-%m-%d}", f"it was due on {row['due_on']:%Y-%m-%d}"),
            PAYMENT,
            row["occurred_on"].date(),
        )
        for row in unpaid.to_dict("records")
    ]


def _repairs(ledger: Ledger, payments: Collection[Step]) -> list[Step]:
    """Repair of penalties, for which the fine must be paid, and early removal from the list of serious violations."""
    unpaid = {step.action for step in payments}
    steps = []
    for row in ledger.once(repairable).to_dict("records"):
        since = row["due_on"].date()
        when = (f"自{since}起可以申请", f"may be applied for since {since}")
        if row["matter"] == "penalty":
            paid = Action("pay", "penalties", row["record_id"])
            what = (f"申请修复{_decision(row)}", f"apply for the repair of {_decision(row)}")
            condition = (f"{when[0]}，须已履行处罚并改正", f"{when[1]}; performed and corrected")
            repair = Action("repair", "penalties", row["record_id"])
            steps.append(Step(repair, what, condition, REPAIR, since, frozenset({paid} & unpaid)))
        elif row["matter"] == "serious":
            what = ("申请提前移出严重违法失信名单", "apply for early removal from the list of serious violations")
            steps.append(Step(Action("remove", "listings", row["record_id"]), what, when, SERIOUS, since))
    return steps


def _removals(ledger: Ledger) -> list[Step]:
    """Removal from the abnormal list: once its cause has ended, which missing reports do not let it."""
    unfiled = ledger.once(unfiled_reports)
    missing = frozenset(_filing(year) for year in unfiled.loc[unfiled["is_closed"], "year"])
    listed = active_listings(ledger)
    listed = listed[listed["cause"].isin(ABNORMAL_CAUSES)]
    steps = []
    for row in listed.to_dict("records"):
        reasons = [one for one in removal_reasons(row["cause"], ledger.as_of) if one.code not in _NO_REMEDY]
        condition = "；".join(one.zh for one in reasons), "; ".join(one.en for one in reasons)
        what = (
            f"申请移出{row['occurred_on']:%Y-%m-%d}列入的经营异常名录",
            f"apply for removal from the abnormal list, entry of {row['occurred_on']:%Y-%m-%d}",
        )
        requires = missing if row["cause"] == "annual_report" else frozenset()
        remove = Action("remove", "listings", row["record_id"])
        steps.append(Step(remove, what, condition, LISTS, row["occurred_on"].date(), requires))
    return steps


def _decision(row: Mapping[Any, Any]) -> str:
    """The number of a decision, or its date where it has none."""
    return str(row["decision_no"]) if pd.notna(row["decision_no"]) else f"{row['occurred_on']:%Y-%m-%d}"
