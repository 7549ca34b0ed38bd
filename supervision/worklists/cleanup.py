"""Exit (R21): enterprises out of reach, and enterprises long idle, for clean-up."""

from collections.abc import Sequence

import pandas as pd

from supervision.worklists.ledger import Ledger
from supervision.worklists.signs import (
    CONTACTS,
    MET_AT_ADDRESS,
    TRADE,
    active_dormancies,
    latest,
    signs,
    unreachable,
)
from supervision.worklists.unfiled import missed_years, unfiled_reports
from supervision.worklists.worklist import PLAN, ListColumn, Row, Words, Worklist, collected, day, looked_up

REVOCATION_YEARS = 2
"""Consecutive years without a report, uncorrected, that with being unreachable lead to revocation of the licence."""
REACHED = (*CONTACTS, MET_AT_ADDRESS)


def out_of_reach(ledger: Ledger) -> pd.DataFrame:
    """Enterprises not found by visits or listed as unreachable, and never reached since, for `unreachable_days`.

    Counted from the first finding that no contact followed; a contact on the day of a finding ends it. Left out are
    the dormant, whose address for documents stands for the domicile.
    """
    reached = latest(signs(ledger, REACHED))
    found = unreachable(ledger)
    found = found[~(found["on"] <= looked_up(found["enterprise_id"], reached["on"]))]
    by_enterprise = found.groupby("enterprise_id")["on"]
    rows = pd.DataFrame({"found_on": by_enterprise.min(), "findings": by_enterprise.count()})
    rows["due_on"] = rows["found_on"] + pd.Timedelta(days=ledger.rules.cleanup.unreachable_days)
    rows = rows[(rows["due_on"] <= ledger.midnight) & ~rows.index.isin(active_dormancies(ledger)["enterprise_id"])]
    missed = ledger.once(unfiled_reports)
    years = missed_years(missed).reindex(rows.index)
    named = [found, reached.reset_index(), missed[missed["is_closed"]]]
    rows = rows.assign(
        last_reached_on=reached["on"].reindex(rows.index),
        missed_years=years.fillna(0).astype("int64"),
        may_be_revoked=(years >= REVOCATION_YEARS).astype("bool"),
        records=_named(rows, named),
    )
    return rows.reset_index()


def _why_out_of_reach(row: Row) -> Words:
    found = day(row["found_on"])
    zh = f"自{found}起查无下落{row['findings']}次，此后未再联系上"
    en = f"Not found {row['findings']} time(s) since {found} and not reached since"
    if row["may_be_revoked"]:
        zh += f"，且连续{row['missed_years']}个年度未报年报"
        en += f", and no annual report for {row['missed_years']} years running"
    return f"{zh}。", f"{en}."


OUT_OF_REACH = Worklist(
    name="cleanup_unreachable",
    zh="失联主体清理",
    en="Unreachable, for clean-up",
    source=f"{PLAN} R21；《企业信息公示暂行条例》（2024修订：连续两年未报年报未改正且无法联系的，吊销营业执照）",
    action_zh="再次联系并核实；列入经营异常名录；符合吊销条件的移送立案。",
    action_en="Try once more and verify; list as abnormal; send to the case office where revocation is possible.",
    columns=(
        ListColumn("found_on", "首次查无下落", "First not found on", "date"),
        ListColumn("findings", "查无下落次数", "Times not found", "int"),
        ListColumn("last_reached_on", "此前最近联系日期", "Last reached on, before that", "date"),
        ListColumn("missed_years", "连续未报年报年数", "Years running without a report", "int"),
        ListColumn("may_be_revoked", "是否符合连续两年未报", "Two years running or more", "bool"),
    ),
    rows=out_of_reach,
    why=_why_out_of_reach,
)


def long_idle(ledger: Ledger) -> pd.DataFrame:
    """Enterprises without a report for the last two years due, and without contact or trade for `idle_days`.

    Idle from the last sign on record; without any, from its establishment or its first entry in the register, the later
    one. Left out are the dormant. Due from the day on which the second report is missed and the idle days are over.
    """
    missed = ledger.once(unfiled_reports)
    years = missed_years(missed)
    rows = ledger.enterprises.set_index("enterprise_id")
    rows = rows[rows.index.isin(years.index[years >= REVOCATION_YEARS]) & (rows["state"] != "dormant")]
    rows = rows[~rows.index.isin(active_dormancies(ledger)["enterprise_id"])]
    last = latest(signs(ledger, (*REACHED, *TRADE))).reindex(rows.index)
    began = rows["established_on"].where(rows["established_on"] > rows["known_from"], rows["known_from"])
    idle_since = last["on"].where(last["on"].notna(), began)
    missed = missed[missed["is_closed"]]
    due = pd.DataFrame(
        {
            "idle": idle_since + pd.Timedelta(days=ledger.rules.cleanup.idle_days),
            "missed": _second_missed(missed).reindex(rows.index),
        }
    ).max(axis=1)
    rows = rows.assign(
        due_on=due,
        idle_since=idle_since,
        last_sign_on=last["on"],
        missed_years=years.reindex(rows.index),
        # The last sign may be a report, whose date must not leave the bureau: named, it makes the row internal.
        records=_named(rows, [missed, last.dropna().reset_index()]),
    )
    return rows[rows["due_on"] <= ledger.midnight].reset_index()


def _named(rows: pd.DataFrame, tables: Sequence[pd.DataFrame]) -> pd.Series:
    """The references in these tables of each enterprise in the index of `rows`."""
    named = pd.concat([table[["enterprise_id", "reference"]] for table in tables])
    return collected(named[named["enterprise_id"].isin(rows.index)]).reindex(rows.index)


def _second_missed(missed: pd.DataFrame) -> pd.Series:
    """The day after the deadline of the second year of the current run of missed years, by enterprise."""
    run = missed[missed["run"] > 0].sort_values(["enterprise_id", "year"])
    is_second = run.groupby("enterprise_id").cumcount() == REVOCATION_YEARS - 1
    return run[is_second].set_index("enterprise_id")["late_from"]


def _why_long_idle(row: Row) -> Words:
    since = day(row["idle_since"])
    return (
        f"连续{row['missed_years']}个年度未报年报，自{since}起无联系和经营迹象。",
        f"No annual report for {row['missed_years']} years running, and no contact or trade on record since {since}.",
    )


LONG_IDLE = Worklist(
    name="cleanup_long_idle",
    zh="长期停业未经营主体清理",
    en="Long idle, for clean-up",
    source=f"{PLAN} R21；《公司法》（2023修订）第二百六十条（连续停业六个月以上可吊销，待核对）；两年为本局项目决定",
    action_zh="核实是否仍在经营；引导歇业备案或注销；无正当理由的移送立案。",
    action_en="Verify whether it still trades; guide it to dormancy or deregistration; else send to the case office.",
    columns=(
        ListColumn("idle_since", "停业起算日期", "Idle since", "date"),
        ListColumn("last_sign_on", "最近联系或经营迹象", "Last sign on", "date"),
        ListColumn("missed_years", "连续未报年报年数", "Years running without a report", "int"),
    ),
    rows=long_idle,
    why=_why_long_idle,
)
