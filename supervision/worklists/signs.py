"""Signs that an enterprise could be reached, that it trades, that it was not found, or that it broke another rule.

Each is a table: one row per sign with enterprise_id, on (its date), reference (`subject:record_id`), zh, en.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from supervision.worklists.ledger import Ledger
from supervision.worklists.worklist import looked_up, references

COLUMNS = ("enterprise_id", "on", "reference", "zh", "en")


@dataclass(frozen=True)
class Sign:
    """Records of a subject that say something of an enterprise on the day in `date_column`.

    `where` lists the values that each column may have; a record without the date says nothing.
    """

    subject: str
    zh: str
    en: str
    where: Mapping[str, tuple[str | bool, ...]] = field(default_factory=dict)
    date_column: str = "occurred_on"


_FILED = {"state": ("on_time", "late")}
_MET = {"severity": ("none", "minor", "general", "serious")}

MET_AT_ADDRESS = Sign("inspections", "现场检查见到", "met at an inspection", _MET)
ADDRESS_CHANGED = Sign("changes", "变更住所", "registered another address", {"item": ("address",)})
DORMANCY_FILED = Sign("dormancies", "办理歇业备案", "filed for dormancy")

CONTACTS = (
    Sign("annual_reports", "报送年报", "filed an annual report", _FILED),
    Sign("self_inspections", "报送自查报告", "filed a self-inspection report", _FILED),
    Sign("changes", "办理变更登记", "registered a change"),
    Sign("commitments", "作出信用承诺", "made a commitment"),
    Sign("repairs", "申请信用修复", "applied for a repair"),
    Sign(
        "complaints",
        "回应投诉调解",
        "answered a mediation",
        {"kind": ("complaint",), "mediation": ("agreed", "failed", "refused")},
    ),
    Sign(
        "reminders",
        "答复提醒",
        "answered a reminder",
        {"reply": ("will_correct", "corrected", "disputes")},
        date_column="replied_on",
    ),
    DORMANCY_FILED,
)
"""How an enterprise is known to be reachable, other than by a visit (project decision)."""

CORRECTIONS = (ADDRESS_CHANGED, DORMANCY_FILED, MET_AT_ADDRESS)
"""What ends that an enterprise is not at its registered address: another one, that of a legal document, or found."""

TRADE = (
    Sign("samplings", "产品抽检", "had a product sampled"),
    Sign("complaints", "被投诉举报", "was complained of or reported"),
    Sign("licences", "许可生效", "had a licence begin", date_column="valid_from"),
)
"""Signs that an enterprise does business (project decision)."""

VIOLATIONS = (
    Sign("penalties", "行政处罚", "a penalty"),
    Sign("inspections", "检查发现一般以上问题", "a finding", {"severity": ("general", "serious")}),
    Sign("samplings", "抽检不合格", "a failed sampling", {"result": ("fail",)}),
    Sign("complaints", "投诉举报查实", "a complaint or report found true", {"verified": (True,)}),
    Sign("leads", "线索查实", "a lead found true", {"verified": (True,)}),
    Sign("annual_reports", "未报年报", "a report not filed", {"state": ("not_filed",)}),
    Sign("commitments", "违背承诺", "a broken commitment", {"fulfilled": (False,)}, date_column="verified_on"),
)
"""What "other violation" means for a buffer (R12), beside any listing in effect (project decision)."""

NOT_FOUND = Sign("inspections", "检查查无下落", "not found at an inspection", {"severity": ("unreachable",)})


def signs(ledger: Ledger, kinds: Sequence[Sign]) -> pd.DataFrame:
    """Every sign of these kinds by the ledger's date, sorted by enterprise and date."""
    parts = [_of_kind(ledger, kind) for kind in kinds]
    return _sorted(pd.concat(parts, ignore_index=True))


def unreachable(ledger: Ledger) -> pd.DataFrame:
    """When enterprises were not found: visits without anybody, and listings in effect for that cause."""
    listed = active_listings(ledger)
    listed = listed[listed["cause"] == "unreachable"]
    listed = listed.assign(
        on=listed["occurred_on"],
        reference=references("listings", listed["record_id"]),
        zh="因失联列入经营异常名录",
        en="listed as abnormal because it could not be reached",
    )
    return _sorted(pd.concat([_of_kind(ledger, NOT_FOUND), listed[list(COLUMNS)]], ignore_index=True))


def active_listings(ledger: Ledger) -> pd.DataFrame:
    """Listings in effect: neither removed by the ledger's date nor past their term, with kind and cause."""
    listed = ledger.records("listings", "kind", "cause", "removed_on", "listed_until")
    over = (listed["removed_on"] <= ledger.midnight) | (listed["listed_until"] <= ledger.midnight)
    return listed[~over].reset_index(drop=True)


def active_dormancies(ledger: Ledger) -> pd.DataFrame:
    """Dormancy filings that have not ended by the ledger's date, with planned_end_on."""
    filed = ledger.records("dormancies", "planned_end_on", "ended_on")
    return filed[~(filed["ended_on"] <= ledger.midnight)].reset_index(drop=True)


def latest(found: pd.DataFrame) -> pd.DataFrame:
    """The latest sign of each enterprise, indexed by it; of several on one day the one of the last kind."""
    return found.drop_duplicates("enterprise_id", keep="last").set_index("enterprise_id")


def since(found: pd.DataFrame, starts: pd.Series) -> pd.DataFrame:
    """The signs on or after the start of their enterprise; `starts` are dates by enterprise, others are left out."""
    return found[found["on"] >= looked_up(found["enterprise_id"], starts)]


def within(found: pd.DataFrame, ledger: Ledger, days: int) -> pd.DataFrame:
    """The signs of the last `days` days before the ledger's date, the first of them included."""
    return found[found["on"] >= ledger.midnight - pd.Timedelta(days=days)]


def _of_kind(ledger: Ledger, kind: Sign) -> pd.DataFrame:
    wanted = {*kind.where, kind.date_column} - {"occurred_on"}
    rows = ledger.records(kind.subject, *sorted(wanted))
    for column, values in kind.where.items():
        rows = rows[rows[column].isin(values)]
    # Other dates than `occurred_on` may lie ahead (a licence that begins later): what they say is not so yet. On the
    # ledger's date itself they act, as removals and verifications do everywhere (`reached` of an indicator).
    rows = rows[rows[kind.date_column] <= ledger.midnight]
    reference = references(kind.subject, rows["record_id"])
    found = rows.assign(on=rows[kind.date_column], reference=reference, zh=kind.zh, en=kind.en)
    return found[list(COLUMNS)]


def _sorted(found: pd.DataFrame) -> pd.DataFrame:
    """By enterprise and date; signs of one day stay in the order of their kinds and ids."""
    return found.sort_values(["enterprise_id", "on"], kind="stable", ignore_index=True)
