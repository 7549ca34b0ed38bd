"""主体信用建设: repairs, reminders, buffers before a listing, commitments."""

from collections.abc import Callable, Mapping

import pandas as pd

from supervision.report.known import Known
from supervision.report.names import CHANNELS, COMMITMENT_KINDS, TARGETS, TOPICS, TOTAL
from supervision.report.tables import Cell, Column, Moved, Number, Section, Table, Tile, counted, share_of
from training.cards.blocks import Text

Counts = Mapping[str, Number]
Keep = tuple[str, str] | None
"""A column, and the value that the rows to be counted have in it; null for all rows."""
Count = Callable[[Known, Keep], Counts]


def credit_section(now: Known, before: Known | None) -> Section:
    """The fourth axis."""
    return Section(
        "credit",
        Text("主体信用建设", "Building the credit of subjects"),
        _tiles(now, before),
        (
            _repairs_by_target(now, before),
            _repairs_by_office(now, before),
            _reminders(now, before),
            _buffers(now, before),
            _commitments(now, before),
        ),
    )


def _tiles(now: Known, before: Known | None) -> tuple[Tile, ...]:
    repairs, reminders, buffers = (
        _moved(count, now, before) for count in (repair_counts, reminder_counts, buffer_counts)
    )
    replied, sent = reminders["replied"], reminders["sent"]
    answered = Moved(share_of(replied.value, sent.value), share_of(replied.before, sent.before))
    return (
        Tile(Text("申请修复", "repairs applied for"), "count", repairs["applied"], Text("本月申请", "in the month")),
        Tile(Text("修复生效", "repairs in effect"), "count", repairs["effective"], Text("本月生效", "in the month")),
        Tile(Text("提醒", "reminders"), "count", sent, Text("本月发出", "in the month")),
        Tile(Text("提醒答复率", "replied"), "share", answered, Text("本月发出的提醒", "of those sent in the month")),
        Tile(Text("缓冲中", "buffers open"), "count", buffers["open"], Text("月末", "at the month's end")),
    )


def _moved(count: Count, now: Known, before: Known | None, keep: Keep = None) -> dict[str, Moved]:
    """Counts of the month beside those of the month before; those are unknown where nothing was known then."""
    past = count(before, keep) if before else {}
    return {name: Moved(value, past.get(name)) for name, value in count(now, keep).items()}


def _lines(
    count: Count, now: Known, before: Known | None, column: str, names: Mapping[str, Text | str]
) -> tuple[tuple[Cell, ...], ...]:
    """One line of counts for each value of a column."""
    return tuple((name, *_moved(count, now, before, (column, value)).values()) for value, name in names.items())


def _total(count: Count, now: Known, before: Known | None) -> tuple[Cell, ...]:
    return (TOTAL, *_moved(count, now, before).values())


def _kept(rows: pd.DataFrame, keep: Keep) -> pd.DataFrame:
    return rows if keep is None else rows[rows[keep[0]] == keep[1]]


def repair_counts(known: Known, keep: Keep = None) -> Counts:
    """Repairs applied for, granted, refused and come into effect in the month, and pending at its end.

    A decision counts on the day on which it became known; a repair takes effect on that day or on its own date,
    whichever is later.
    """
    rows, is_given, holds = _kept(known.standing("repairs"), keep), "repairs" in known.given, known.month.holds
    decided = {
        decision: known.first_known("repairs", "decision", decision, rows[rows["decision"] == decision])
        for decision in ("granted", "refused")
    }
    effective = pd.to_datetime(rows["effective_on"]).reindex(decided["granted"].index).dropna()
    effective = effective.clip(lower=decided["granted"].reindex(effective.index))
    return {
        "applied": counted(rows[holds(rows["occurred_on"])], is_given),
        **{decision: _held(days, is_given, holds) for decision, days in decided.items()},
        "effective": _held(effective, is_given, holds),
        "pending": counted(rows[rows["decision"] == "pending"], is_given),
    }


def _held(days: pd.Series, is_given: bool, holds: Callable[[pd.Series], pd.Series]) -> int | None:
    return counted(days[holds(days)], is_given)


_REPAIR_COLUMNS = (
    Column("申请", "applied for", "count", moves=True),
    Column("准予", "granted", "count", moves=True),
    Column("不予", "refused", "count", moves=True),
    Column("生效", "in effect", "count", moves=True),
    Column("月末待决", "pending at the end", "count", moves=True),
)
_REPAIR_NOTE = Text(
    "申请按申请日期，准予和不予按获知决定的日期，生效按生效日期与获知准予之日的较晚者，计入所在的月份。",
    "Counted in the month of the application, of the day on which a decision became known, and of the later of that "
    "day and the date of effect.",
)


def _repairs_by_target(now: Known, before: Known | None) -> Table:
    lines = _lines(repair_counts, now, before, "target_subject", TARGETS)
    return Table(
        Text("信用修复", "Repairs"),
        (Column("修复对象", "of"), *_REPAIR_COLUMNS),
        (*lines, _total(repair_counts, now, before)),
        _REPAIR_NOTE,
        totals=1,
    )


def _repairs_by_office(now: Known, before: Known | None) -> Table:
    offices = {str(office) for known in (now, before) if known for office in known.standing("repairs")["responsible"]}
    return Table(
        Text("各责任单位信用修复", "Repairs by office"),
        (Column("责任单位", "responsible office"), *_REPAIR_COLUMNS),
        _lines(repair_counts, now, before, "responsible", {office: office for office in sorted(offices)}),
        _REPAIR_NOTE,
    )


def reminder_counts(known: Known, keep: Keep = None) -> Counts:
    """Reminders sent in the month, of these by channel, and of these answered by its end, by the reply."""
    rows, is_given = _kept(known.standing("reminders"), keep), "reminders" in known.given
    rows = rows[known.month.holds(rows["occurred_on"])]
    return {
        "sent": counted(rows, is_given),
        **{channel: counted(rows[rows["channel"] == channel], is_given) for channel in CHANNELS},
        "replied": counted(rows[rows["replied_on"].notna() | rows["reply"].notna()], is_given),
        "corrected": counted(rows[rows["reply"].isin(("will_correct", "corrected"))], is_given),
        "disputes": counted(rows[rows["reply"] == "disputes"], is_given),
        "unreachable": counted(rows[rows["reply"] == "unreachable"], is_given),
    }


def _reminders(now: Known, before: Known | None) -> Table:
    lines = _lines(reminder_counts, now, before, "topic", TOPICS)
    return Table(
        Text("提醒", "Reminders"),
        (
            Column("事项", "topic"),
            Column("发出", "sent", "count", moves=True),
            *(Column(name.zh, name.en, "count", moves=True) for name in CHANNELS.values()),
            Column("已答复", "replied", "count", moves=True),
            Column("已改或将改", "corrected or will be", "count", moves=True),
            Column("有异议", "disputed", "count", moves=True),
            Column("联系不上", "not reached", "count", moves=True),
        ),
        (*lines, _total(reminder_counts, now, before)),
        Text(
            "本月发出的提醒及截至月末的答复；两个月的答复都只计到各自的月末。",
            "Reminders sent in the month and what was answered by its end; each month counts replies up to its own.",
        ),
        totals=1,
    )


def buffer_counts(known: Known, keep: Keep = None) -> Counts:
    """Buffers opened and closed in the month by outcome, open at its end, and of these past their day."""
    rows, is_given, month = _kept(known.standing("buffers"), keep), "buffers" in known.given, known.month
    still, closed = rows[rows["state"] == "open"], rows[month.holds(rows["closed_on"])]
    return {
        "opened": counted(rows[month.holds(rows["occurred_on"])], is_given),
        "corrected": counted(closed[closed["state"] == "corrected"], is_given),
        "expired": counted(closed[closed["state"] == "expired"], is_given),
        "open": counted(still, is_given),
        "overdue": counted(still[pd.to_datetime(still["due_on"]) <= pd.Timestamp(month.end)], is_given),
    }


_BUFFER_NAMES = {
    "opened": Text("本月进入缓冲", "opened in the month"),
    "corrected": Text("本月整改完成", "corrected in the month"),
    "expired": Text("本月逾期", "expired in the month"),
    "open": Text("月末缓冲中", "open at the month's end"),
    "overdue": Text("其中已过整改期限", "of these past their day"),
}


def _buffers(now: Known, before: Known | None) -> Table:
    figures = _moved(buffer_counts, now, before)
    return Table(
        Text("信用惩戒缓冲", "Buffers before a listing"),
        (Column("状态", "state"), Column("数量", "buffers", "count", moves=True)),
        tuple((_BUFFER_NAMES[name], figure) for name, figure in figures.items()),
        Text(
            "住所查无但可联系、无其他违法的主体，列入名录之前的整改期。整改期限在月末或之前的为已过。",
            "Found away from the registered address but reachable and otherwise clean: time to correct before a "
            "listing. Past their day: due at the month's end or before.",
        ),
    )


def commitment_counts(known: Known, keep: Keep = None) -> Counts:
    """Commitments made in the month, and verified in it, by whether they were kept."""
    rows, is_given, month = _kept(known.standing("commitments"), keep), "commitments" in known.given, known.month
    verified = rows[month.holds(rows["verified_on"])]
    return {
        "made": counted(rows[month.holds(rows["occurred_on"])], is_given),
        "verified": counted(verified, is_given),
        "kept": counted(verified[verified["fulfilled"].isin([True])], is_given),
        "broken": counted(verified[verified["fulfilled"].isin([False])], is_given),
    }


def _commitments(now: Known, before: Known | None) -> Table:
    lines = _lines(commitment_counts, now, before, "kind", COMMITMENT_KINDS)
    return Table(
        Text("信用承诺", "Commitments"),
        (
            Column("种类", "kind"),
            Column("作出", "made", "count", moves=True),
            Column("核查", "verified", "count", moves=True),
            Column("履行", "kept", "count", moves=True),
            Column("违背", "broken", "count", moves=True),
        ),
        (*lines, _total(commitment_counts, now, before)),
        Text(
            "作出按承诺日期，核查按核查日期，计入所在的月份。",
            "Counted in the month of the commitment and of its verification.",
        ),
        totals=1,
    )
