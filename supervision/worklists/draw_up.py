"""Draw up a worklist: run its rule over a ledger, add what all lists share, filter, and say why in words."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from records.scope import is_in_scope
from supervision.worklists.ledger import CREDIT_OFFICE, Ledger
from supervision.worklists.worklist import DTYPES, Worklist

ORDER = ("due_on", "enterprise_id", "sector")
REGISTERED = ("ent_type", "station", "sectors")
"""What a row takes from the register entry of its enterprise."""


@dataclass(frozen=True)
class DrawnList:
    """A worklist at one date.

    `facts` has one row per item, longest due first: the list's columns but the sentences, which `told` adds to the
    rows that somebody looks at, and `sectors`, in which the register has the enterprise.
    """

    worklist: Worklist
    as_of: date
    facts: pd.DataFrame

    def __len__(self) -> int:
        return len(self.facts)

    def where(self, station: str | None = None, sector: str | None = None) -> "DrawnList":
        """Only the rows of a station, and of a sector; null: of all."""
        return self.within(sector and {sector}, station and {station})

    def within(self, sectors: Collection[str] | None, stations: Collection[str] | None) -> "DrawnList":
        """Only the rows of these sectors, at these stations; null: of all.

        A row that is of no single sector belongs to every sector that the register has its enterprise in.
        """
        facts = self.facts
        if stations is not None:
            facts = facts[facts["station"].isin(list(stations))]
        if sectors is not None:
            shared = [not set(sectors).isdisjoint(own) for own in facts["sectors"]]
            in_register = pd.Series(shared, index=facts.index, dtype="bool")
            facts = facts[facts["sector"].isin(list(sectors)) | (facts["sector"].isna() & in_register)]
        return replace(self, facts=facts)

    def without(self, keys: Collection[tuple[str, str]]) -> "DrawnList":
        """Without the rows of these enterprises in these sectors."""
        if not keys:
            return self
        own = zip(self.facts["enterprise_id"], self.facts["sector"], strict=True)
        is_left = pd.Series([key not in keys for key in own], index=self.facts.index, dtype="bool")
        return replace(self, facts=self.facts[is_left])

    def stations(self) -> pd.DataFrame:
        """How many rows each station has: station (null: none is registered) and rows, by station."""
        counts = self.facts.groupby("station", dropna=False).size()
        return counts.rename("rows").reset_index()

    def told(self, offset: int = 0, limit: int | None = None) -> pd.DataFrame:
        """The rows from `offset` on, at most `limit` (null: all), with every column of the list, sentences included."""
        rows = self.facts.iloc[offset : None if limit is None else offset + limit].reset_index(drop=True)
        sentences = [self.worklist.why(row) for row in rows.to_dict("records")]
        rows = rows.assign(
            why_zh=pd.Series([zh for zh, _ in sentences], dtype="str"),
            why_en=pd.Series([en for _, en in sentences], dtype="str"),
        )
        return rows[[column.name for column in self.worklist.all_columns]]


def draw_up(worklist: Worklist, ledger: Ledger) -> DrawnList:
    """The list at the ledger's date.

    Raises ConfigError where it needs tiers and the ledger has none.
    """
    rows = worklist.rows(ledger)
    register = ledger.enterprises[["enterprise_id", *REGISTERED]]
    facts = rows.drop(columns=[name for name in REGISTERED if name in rows]).merge(register, on="enterprise_id")
    if worklist.in_scope_only:
        holders = zip(facts["ent_type"], facts["enterprise_id"], strict=True)
        facts = facts[pd.Series([is_in_scope(*one) for one in holders], index=facts.index, dtype="bool")]
    for name in ("sector", "office"):
        if name not in facts:
            facts[name] = pd.Series(None, index=facts.index, dtype="str")
    facts["office"] = facts["office"].fillna(facts["station"]).fillna(CREDIT_OFFICE)
    facts["internal_only"] = _is_internal(ledger, facts["records"])
    types = {one.name: DTYPES[one.type] for one in worklist.all_columns if one.name in facts}
    facts = facts.astype(types).sort_values(list(ORDER), ignore_index=True)
    return DrawnList(worklist, ledger.as_of, facts)


def _is_internal(ledger: Ledger, records: pd.Series) -> pd.Series:
    """Which rows name a report (举报) or a lead: reporters are to be kept secret, so nobody outside may see them."""
    each = records.explode().dropna().astype("str")
    secret = each.str.startswith("leads:")
    if each.str.startswith("complaints:").any():
        complaints = ledger.records("complaints", "kind")
        reports = complaints.loc[complaints["kind"] == "report", "record_id"]
        secret |= each.isin("complaints:" + reports)
    return secret.groupby(level=0).any().reindex(records.index, fill_value=False).astype("bool")
