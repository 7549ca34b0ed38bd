"""Commitment-makers (R18): a sampling frame of their own, with how they kept what they promised."""

import pandas as pd

from supervision.worklists.ledger import Ledger
from supervision.worklists.worklist import PLAN, ListColumn, Row, Words, Worklist, collected, day, references

KINDS = ("permit", "voluntary")
"""Approval on commitment (R17) and public voluntary ones (R18); a proof replaced by a commitment is a single act."""
_COUNTS = ("commitments", "permit", "voluntary", "fulfilled", "broken", "unverified")


def makers(ledger: Ledger) -> pd.DataFrame:
    """One row per enterprise with a permit or voluntary commitment in force, so that nobody is in the frame twice.

    A verification counts from its date on; what has none is `unverified`. Due from the first of these commitments.
    """
    made = ledger.records("commitments", "kind", "fulfilled", "verified_on")
    made = made[made["kind"].isin(KINDS)]
    is_verified = (made["verified_on"] <= ledger.midnight) & made["fulfilled"].notna()
    counted = made.assign(
        reference=references("commitments", made["record_id"]),
        commitments=1,
        permit=made["kind"] == "permit",
        voluntary=made["kind"] == "voluntary",
        fulfilled=is_verified & (made["fulfilled"] == True),  # noqa: E712 - a column with nulls
        broken=is_verified & (made["fulfilled"] == False),  # noqa: E712
        unverified=~is_verified,
    )
    by_enterprise = counted.groupby("enterprise_id")
    rows = by_enterprise[list(_COUNTS)].sum().astype("int64")
    rows["due_on"] = by_enterprise["occurred_on"].min()
    rows["latest_on"] = by_enterprise["occurred_on"].max()
    rows["records"] = collected(counted)
    return rows.reset_index()


def _why(row: Row) -> Words:
    count, since = row["commitments"], day(row["due_on"])
    return (
        f"自{since}起有{count}项有效的信用承诺：已履行{row['fulfilled']}，违背{row['broken']}，"
        f"未核查{row['unverified']}。",
        f"{count} commitment(s) in force since {since}: {row['fulfilled']} fulfilled, {row['broken']} broken, "
        f"{row['unverified']} not verified.",
    )


MAKERS = Worklist(
    name="commitment_makers",
    zh="信用承诺主体抽查库",
    en="Commitment-makers, a sampling frame",
    source=f"{PLAN} R17、R18（告知承诺与主动公示的信用承诺）",
    action_zh="作为单独的抽查对象库；核查未核查的承诺，违背的依规处理。",
    action_en="Draw from them as a frame of their own; verify what is unverified, and act on what was broken.",
    columns=(
        ListColumn("commitments", "有效承诺数", "Commitments in force", "int"),
        ListColumn("permit", "其中告知承诺", "Of these for a permit", "int"),
        ListColumn("voluntary", "其中主动承诺", "Of these voluntary", "int"),
        ListColumn("fulfilled", "已履行", "Fulfilled", "int"),
        ListColumn("broken", "违背", "Broken", "int"),
        ListColumn("unverified", "未核查", "Not verified", "int"),
        ListColumn("latest_on", "最近承诺日期", "Latest made on", "date"),
    ),
    rows=makers,
    why=_why,
    is_for_sampling=True,
)
