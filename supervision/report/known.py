"""What the bureau knew at the end of a month: all that its report may rest on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd

from features.build import IN_BUSINESS, name_records, set_clock
from features.timeline import given, in_force, versions
from records.check import CheckResult, check_records
from records.errors import DataError
from records.intake import arrived_from, known_before
from records.progress import Report, silent
from records.quality import NO_SECTOR, measure_quality
from records.register_subjects import ENTERPRISES
from records.scope import is_in_scope
from records.source import Records
from records.subjects import EVENT_SUBJECTS, SUBJECTS
from supervision.report.month import Month


@dataclass(frozen=True)
class Known:
    """The records as they stood at 00:00 of `month.end`.

    `stock` is the check of everything known by then; `arrivals` its part about rows that became known in the month.
    """

    month: Month
    stock: CheckResult
    arrivals: CheckResult
    _versions: dict[str, pd.DataFrame] = field(default_factory=dict)

    @property
    def given(self) -> frozenset[str]:
        """The subjects of which any row was known: of all others the report knows nothing, which is not zero."""
        counts = self.stock.counts
        return frozenset(counts.loc[counts["read"] > 0, "subject"])

    @cached_property
    def quality(self) -> pd.DataFrame:
        """`records.quality.measure_quality` of the rows that arrived in the month."""
        return measure_quality(self.arrivals)

    @cached_property
    def ever(self) -> Mapping[str, frozenset[str]]:
        """The sectors and the offices (`level` of the quality table) of which any event was ever known."""
        told = (self.stock.quarantine, self.stock.duplicates, self._owners())
        found = pd.concat([rows[rows["subject"] != ENTERPRISES.name] for rows in told])
        return {
            "sector": frozenset(found["sector"].fillna(NO_SECTOR).astype(str)),
            "office": frozenset(found["responsible"].dropna().astype(str)),
        }

    def _owners(self) -> pd.DataFrame:
        """The subject, responsible office and sector of accepted events, each once."""
        records = self.stock.accepted
        parts = []
        for subject in EVENT_SUBJECTS:
            sector = "sector" if "sector" in subject.column_names else "NULL"
            sql = f"SELECT DISTINCT responsible, {sector}::VARCHAR AS sector FROM"
            given = records.connection.compile(records.tables[subject.name])
            parts.append(records.connection.con.execute(f"{sql} ({given})").df().assign(subject=subject.name))
        return pd.concat(parts, ignore_index=True)

    def versions_of(self, subject: str) -> pd.DataFrame:
        """All accepted versions of a subject's records that were known, in the order in which they became known."""
        if subject not in self._versions:
            rows = self.stock.accepted.tables[subject].to_pandas()
            self._versions[subject] = rows.sort_values("known_at", kind="stable")
        return self._versions[subject]

    def standing(self, subject: str) -> pd.DataFrame:
        """The events that stood at the month's end: of each record the last version known, unless withdrawn by then.

        One row per record that occurred before the end. A repair or an expiry (`use_until`) does not remove one: it
        ends what a record may be used for, and what was done was done.
        """
        end, last = pd.Timestamp(self.month.end), self.versions_of(subject).drop_duplicates("record_id", keep="last")
        occurred = pd.to_datetime(last["occurred_on"])
        stood = (occurred < end) & ~(pd.to_datetime(last["withdrawn_at"]) <= end)
        return last.assign(occurred_on=occurred)[stood].reset_index(drop=True)

    def first_known(self, subject: str, column: str, value: str, rows: pd.DataFrame) -> pd.Series:
        """The day on which each record in `rows` was first known to have a value; null for one that never had it."""
        versions = self.versions_of(subject)
        days = versions[versions[column] == value].drop_duplicates("record_id").set_index("record_id")["known_at"]
        return pd.Series(days.dt.normalize().reindex(rows["record_id"]).to_numpy(), index=rows.index)

    @cached_property
    def register(self) -> pd.DataFrame:
        """The enterprises in force at the end, one row each; one that names no sector is in `general`.

        Columns: enterprise_id, sectors (list), ent_type, state, is_in_scope, in_business.
        """
        records = self.stock.accepted
        name_records(records)
        set_clock(records.connection, self.month.end)
        rows = in_force("enterprises", lambda subject: versions(subject, given(subject)))
        columns = rows.select("enterprise_id", "sectors", "ent_type", "state").order_by("enterprise_id")
        table = records.connection.con.execute(records.connection.compile(columns)).to_arrow_table().to_pandas()
        return table.assign(
            sectors=[list(dict.fromkeys(own)) or [NO_SECTOR] for own in table["sectors"]],
            is_in_scope=[is_in_scope(*codes) for codes in zip(table["ent_type"], table["enterprise_id"], strict=True)],
            in_business=table["state"].isin(IN_BUSINESS),
        )

    @cached_property
    def cohort(self) -> pd.DataFrame:
        """Who is to be tiered: one row per enterprise in scope and in business, and sector."""
        own = self.register[self.register["is_in_scope"] & self.register["in_business"]]
        return own[["enterprise_id", "sectors"]].explode("sectors").rename(columns={"sectors": "sector"})


def know(records: Records, month: Month, report: Report = silent) -> Known:
    """Look back at `records` (as read, not yet checked) from the end of a month.

    Raises DataError where no row was known by then.
    """
    checking, begun = f"校验 {month} 月末所知 checking what was known at its end", iter(range(len(SUBJECTS)))
    known = known_before(records, month.end)
    stock = check_records(known, lambda subject: report(checking, next(begun), len(SUBJECTS)))
    if not stock.counts["read"].sum():
        raise DataError(
            f"A report of {month} needs a record known before {month.end}, found none; "
            "name a later month or bring in older records."
        )
    return Known(month, stock, arrived_from(stock, month.start))
