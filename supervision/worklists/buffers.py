"""Buffers before a listing (R12): who may be given one, and what has become of those that were opened."""

from datetime import date

import pandas as pd

from records.calendar import working_days_after
from supervision.worklists.buffer_states import Buffer, as_seen_on, due_on
from supervision.worklists.ledger import Ledger
from supervision.worklists.signs import (
    CONTACTS,
    CORRECTIONS,
    NOT_FOUND,
    VIOLATIONS,
    active_dormancies,
    active_listings,
    latest,
    signs,
    since,
    within,
)
from supervision.worklists.worklist import PLAN, ListColumn, Row, Words, Worklist, day

SOURCE = f"{PLAN} R12（信用惩戒缓冲）：不在登记住所、可另行联系、无其他违法；期限为本局项目决定（昆明七日）"


def candidates(ledger: Ledger) -> pd.DataFrame:
    """Enterprises that the last visit did not find, that were reached otherwise since, and that are clean.

    Left out are those that have corrected it since (another address, dormancy, found), are on a list already, had a
    buffer for this finding, or broke another rule within `clean_days`. Due from the first contact after the finding.
    """
    rules = ledger.rules.buffer
    found = latest(within(signs(ledger, [NOT_FOUND]), ledger, rules.finding_days))
    contacts = since(signs(ledger, CONTACTS), found["on"])
    first = contacts.drop_duplicates("enterprise_id", keep="first").set_index("enterprise_id")
    last = latest(contacts)
    rows = found.loc[found.index.isin(first.index)].rename(columns={"on": "found_on", "reference": "finding"})
    rows = rows[~rows.index.isin(_excluded(ledger, found["on"]))]
    rows = rows.assign(
        due_on=first["on"].reindex(rows.index),
        contact_on=last["on"].reindex(rows.index),
        contact_zh=last["zh"].reindex(rows.index),
        contact_en=last["en"].reindex(rows.index),
        correct_before=pd.Timestamp(_due_on(ledger, ledger.as_of)).as_unit("s"),
        contact=last["reference"].reindex(rows.index),
    )
    pairs = zip(rows["finding"], rows["contact"], strict=True)
    rows["records"] = pd.Series([list(pair) for pair in pairs], index=rows.index, dtype="object")
    return rows.reset_index()


def _excluded(ledger: Ledger, found_on: pd.Series) -> set[str]:
    corrected = since(signs(ledger, CORRECTIONS), found_on)
    buffered = ledger.records("buffers").rename(columns={"occurred_on": "on"})
    violating = within(signs(ledger, VIOLATIONS), ledger, ledger.rules.buffer.clean_days)
    groups = (
        corrected,
        since(buffered, found_on),
        violating,
        active_listings(ledger),
        active_dormancies(ledger),
    )
    return {name for group in groups for name in group["enterprise_id"]}


def _why_candidate(row: Row) -> Words:
    found, contact = day(row["found_on"]), day(row["contact_on"])
    return (
        f"{found}检查时在登记住所查无下落，此后可另行联系（{contact}{row['contact_zh']}），无其他违法记录。",
        f"Not found at its registered address on {found}, reached otherwise since ({row['contact_en']} on {contact}), "
        "and without another violation on record.",
    )


CANDIDATES = Worklist(
    name="buffer_candidates",
    zh="可给予缓冲期的主体",
    en="Candidates for a buffer",
    source=SOURCE,
    action_zh="开启缓冲期，指导其变更住所或办理歇业备案；期满未改再按规定列入。",
    action_en="Open a buffer and guide it to change the address or to file for dormancy; list it only if that fails.",
    columns=(
        ListColumn("found_on", "查无下落日期", "Not found on", "date"),
        ListColumn("contact_on", "最近联系日期", "Last reached on", "date"),
        ListColumn("correct_before", "如基准日开启，整改期限", "If opened now, to be corrected before", "date"),
    ),
    rows=candidates,
    why=_why_candidate,
)


def opened_buffers(ledger: Ledger) -> pd.DataFrame:
    """Buffers that nobody has closed by the ledger's date, and what each has become by then."""
    records = ledger.records("buffers", "state", "due_on", "closed_on")
    is_open = (records["state"] == "open") | (records["closed_on"] > ledger.midnight)
    records = records[is_open].rename(columns={"occurred_on": "opened_on", "due_on": "recorded_due"})
    corrections = signs(ledger, CORRECTIONS)
    rows = [_seen(ledger, corrections, record) for record in records.to_dict("records")]
    columns = ["enterprise_id", "opened_on", "due_on", "state", "corrected_on", "days_left", "records"]
    return pd.DataFrame(rows, columns=columns)


def _seen(ledger: Ledger, corrections: pd.DataFrame, record: Row) -> Row:
    opened_on = record["opened_on"].date()
    recorded = record["recorded_due"]
    ends: date = _due_on(ledger, opened_on) if pd.isna(recorded) else recorded.date()
    own = corrections[corrections["enterprise_id"] == record["enterprise_id"]]
    after = own[own["on"] >= record["opened_on"]]
    first = after.iloc[0] if len(after) else None
    buffer = as_seen_on(Buffer("open", opened_on, ends), ledger.as_of, None if first is None else first["on"].date())
    is_corrected = first is not None and buffer.state == "corrected"
    named = [first["reference"]] if is_corrected and first is not None else []
    return {
        "enterprise_id": record["enterprise_id"],
        "opened_on": record["opened_on"],
        "due_on": pd.Timestamp(ends),
        "state": buffer.state,
        "corrected_on": first["on"] if is_corrected and first is not None else pd.NaT,
        "days_left": (ends - ledger.as_of).days,
        "records": [f"buffers:{record['record_id']}", *named],
    }


def _due_on(ledger: Ledger, opened_on: date) -> date:
    rules = ledger.rules.buffer
    return due_on(opened_on, rules.length, rules.unit, working_days_after)


def _why_opened(row: Row) -> Words:
    begun, ends = day(row["opened_on"]), day(row["due_on"])
    match row["state"]:
        case "corrected":
            on = day(row["corrected_on"])
            return f"{begun}开启的缓冲期内已于{on}整改。", f"The buffer opened on {begun} was corrected on {on}."
        case "expired":
            return (
                f"{begun}开启的缓冲期已于{ends}届满，未见整改。",
                f"The buffer opened on {begun} ran out on {ends} without a correction on record.",
            )
    return f"{begun}开启的缓冲期，须在{ends}前整改。", f"A buffer opened on {begun}, to be corrected before {ends}."


OPENED = Worklist(
    name="buffers_open",
    zh="缓冲期台账：待跟进与待办结",
    en="Open buffers to follow up or close",
    source=SOURCE,
    action_zh="已整改的办结；届满未改的办结并决定是否列入；期内的继续指导。",
    action_en="Close what is corrected; close what has run out and decide on a listing; go on guiding the others.",
    columns=(
        ListColumn("opened_on", "开启日期", "Opened on", "date"),
        ListColumn("state", "基准日状态", "State at the as-of date"),
        ListColumn("days_left", "剩余天数（负为已逾期）", "Days left, negative: overdue", "int"),
        ListColumn("corrected_on", "整改日期", "Corrected on", "date"),
    ),
    rows=opened_buffers,
    why=_why_opened,
)
