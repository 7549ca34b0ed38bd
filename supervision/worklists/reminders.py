"""Reminders due (R11): higher-risk enterprises, at the three moments of the plan, unless reminded of it lately."""

import pandas as pd

from model.tiers import TIERS, tier_of_rank
from supervision.worklists.cleanup import long_idle, out_of_reach
from supervision.worklists.ledger import Ledger
from supervision.worklists.unfiled import unfiled_reports
from supervision.worklists.worklist import PLAN, ListColumn, Row, Words, Worklist, alone, collected, day, references

TOPICS = {
    "annual_report": ("年度报告在报送期内尚未报送", "its annual report may be filed now and is not on record"),
    "long_idle": ("列入失联或长期停业清理范围", "it is up for clean-up as unreachable or long idle"),
    "penalty": ("近期受到行政处罚", "it was penalised lately"),
}
"""The plan's moments: first-half annual reports, clean-up of long-idle firms, punishment all year round."""

NEXT_CHANNEL = {"message": "phone", "phone": "letter", "letter": "visit", "visit": "visit"}
"""What to try after a channel that brought no reply; one that did is used again (project decision)."""
FIRST_CHANNEL = "phone"


def due(ledger: Ledger) -> pd.DataFrame:
    """One row per enterprise of at least `minimum_tier` and moment that is there, with the last reminder of it.

    The enterprise's riskiest sector stands for it: it is reminded once. Left out is who was reminded of the same topic
    less than `repeat_days` before the ledger's date; on the last of these days it is due again.
    """
    higher = _higher(ledger)
    moments = pd.concat([_reports_open(ledger), _to_clean_up(ledger), _penalised(ledger)], ignore_index=True)
    rows = moments.merge(higher, on="enterprise_id").merge(_last(ledger), on=["enterprise_id", "topic"], how="left")
    lately = rows["last_reminded_on"] > ledger.midnight - pd.Timedelta(days=ledger.rules.reminders.repeat_days)
    rows["office"] = rows["sector"].map(ledger.office_of)
    rows["next_channel"] = rows["next_channel"].fillna(FIRST_CHANNEL)
    return rows[~lately]


def _higher(ledger: Ledger) -> pd.DataFrame:
    """Sector, tier and probability of each enterprise's riskiest row, of those at or above the minimum tier."""
    minimum = next(tier.rank for tier in TIERS if tier.id == ledger.rules.reminders.minimum_tier)
    tiers = ledger.tiers[ledger.tiers["tier_rank"] >= minimum]
    by_risk = tiers.sort_values(["tier_rank", "probability", "sector"], ascending=[False, False, True])
    worst = by_risk.drop_duplicates("enterprise_id")
    tier = worst["tier_rank"].map(lambda rank: tier_of_rank(int(rank)).id)
    return worst.assign(tier=tier)[["enterprise_id", "sector", "tier", "probability"]]


def _reports_open(ledger: Ledger) -> pd.DataFrame:
    unfiled = ledger.once(unfiled_reports)
    unfiled = unfiled[~unfiled["is_closed"]]
    return _moment("annual_report", unfiled, unfiled["opens_on"], alone(unfiled["reference"]))


def _to_clean_up(ledger: Ledger) -> pd.DataFrame:
    listed = pd.concat([out_of_reach(ledger), long_idle(ledger)], ignore_index=True)
    each = listed.explode("records").rename(columns={"records": "reference"})
    first = listed.sort_values(["enterprise_id", "due_on"]).drop_duplicates("enterprise_id")
    return _moment("long_idle", first, first["due_on"], first["enterprise_id"].map(collected(each)))


def _penalised(ledger: Ledger) -> pd.DataFrame:
    days = ledger.rules.reminders.penalty_days
    recent = ledger.records("penalties")
    recent = recent[recent["occurred_on"] >= ledger.midnight - pd.Timedelta(days=days)]
    recent = recent.assign(reference=references("penalties", recent["record_id"]))
    latest = recent.sort_values("occurred_on", kind="stable").drop_duplicates("enterprise_id", keep="last")
    return _moment("penalty", latest, latest["occurred_on"], latest["enterprise_id"].map(collected(recent)))


def _moment(topic: str, rows: pd.DataFrame, due_on: pd.Series, records: pd.Series) -> pd.DataFrame:
    return pd.DataFrame(
        {"enterprise_id": rows["enterprise_id"], "topic": topic, "due_on": due_on, "records": records}
    ).astype({"topic": "str", "due_on": "datetime64[s]", "records": "object"})


def _last(ledger: Ledger) -> pd.DataFrame:
    """The last reminder of each enterprise and topic, its reply by the ledger's date, and what to try next."""
    logged = ledger.records("reminders", "topic", "channel", "reply", "replied_on")
    last = logged.sort_values("occurred_on", kind="stable").drop_duplicates(["enterprise_id", "topic"], keep="last")
    has_replied = last["reply"].notna() & ~(last["replied_on"] > ledger.midnight)
    is_answered = has_replied & (last["reply"] != "unreachable")
    return pd.DataFrame(
        {
            "enterprise_id": last["enterprise_id"],
            "topic": last["topic"],
            "last_reminded_on": last["occurred_on"],
            "last_channel": last["channel"],
            "last_reply": last["reply"].where(has_replied),
            "replied_on": last["replied_on"].where(has_replied),
            "next_channel": last["channel"].where(is_answered, last["channel"].map(NEXT_CHANNEL)),
        }
    )


def _why(row: Row) -> Words:
    zh, en = TOPICS[row["topic"]]
    tier = next(tier for tier in TIERS if tier.id == row["tier"])
    if pd.isna(row["last_reminded_on"]):
        return f"风险类别{tier.zh}，{zh}，尚未就此提醒。", f"In the {tier.en} tier, and {en}; not reminded of it yet."
    on = day(row["last_reminded_on"])
    return (
        f"风险类别{tier.zh}，{zh}，上次提醒为{on}。",
        f"In the {tier.en} tier, and {en}; last reminded of it on {on}.",
    )


DUE = Worklist(
    name="reminders_due",
    zh="应提醒的较高风险主体",
    en="Reminders due",
    source=f"{PLAN} R11（上半年年报、清理长期停业未经营、全年惩戒三个时点的事前提醒）",
    action_zh="以电话、信函或上门提醒，登记方式、时间、经办人和答复。",
    action_en="Remind it by phone, letter or visit, and log channel, time, officer and reply.",
    columns=(
        ListColumn("topic", "提醒事项", "Topic"),
        ListColumn("tier", "风险类别", "Tier"),
        ListColumn("probability", "问题概率", "Probability of a problem", "float"),
        ListColumn("next_channel", "建议方式", "Channel to use"),
        ListColumn("last_reminded_on", "上次提醒日期", "Last reminded on", "date"),
        ListColumn("last_channel", "上次方式", "Last channel"),
        ListColumn("last_reply", "上次答复", "Last reply"),
        ListColumn("replied_on", "答复日期", "Replied on", "date"),
    ),
    rows=due,
    why=_why,
    needs_tiers=True,
)
