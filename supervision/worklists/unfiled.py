"""Annual reports that are due and not filed: per enterprise and year, from the filing windows and what was filed."""

from datetime import date

import pandas as pd

from records.annual_report_windows import shipped_windows
from supervision.worklists.ledger import Ledger
from supervision.worklists.worklist import references

FIRST_YEAR = shipped_windows().rules[0].first_year
NO_REPORT_PREFIXES = ("41", "42", "96")
"""Starts of `ent_type` that file no report with market regulation: institutions and social organisations report to
whoever registered them, natural persons to nobody (project decision, to be checked)."""

COLUMNS = ("enterprise_id", "year", "opens_on", "closes_on", "late_from", "is_closed", "run", "reference")


def unfiled_reports(ledger: Ledger) -> pd.DataFrame:
    """One row per enterprise in business and year whose report is due at the ledger's date and not filed.

    `closes_on` is the last day in time, `late_from` the next one; `is_closed` says that it has come. `run` counts the
    missed years from the latest closed one back (1, 2, ...), 0 for a year before a report that was filed, and for an
    open one. `reference` is the record that notes the report as missing, else the enterprise's own entry.

    A closed year on which the records hold no report of anybody was not collected, so nobody is called late for it.
    """
    reports = ledger.records("annual_reports", "year", "state")
    collected = ledger.report_years
    due = _due(ledger, sorted(reports["year"].unique().tolist()) if collected is None else sorted(collected))
    due = due.merge(_by_report(reports), on=["enterprise_id", "year"], how="left")
    due = due.sort_values(["enterprise_id", "year"], ascending=[True, False], ignore_index=True)
    missed = due["filed"].isna() & due["is_closed"]
    closed_before = due.groupby("enterprise_id")["is_closed"].cumsum()
    in_run = missed & (missed.groupby(due["enterprise_id"]).cumsum() == closed_before)
    due["run"] = closed_before.where(in_run, 0)
    own = "enterprises:" + due["enterprise_id"]
    due["reference"] = due["noted"].where(due["noted"].notna(), own)
    unfiled = due.loc[due["filed"].isna(), list(COLUMNS)]
    return unfiled.sort_values(["enterprise_id", "year"], ignore_index=True)


def missed_years(unfiled: pd.DataFrame) -> pd.Series:
    """How many years running up to the latest closed one each enterprise missed; who missed none is left out."""
    runs = unfiled[unfiled["run"] > 0]
    return runs.groupby("enterprise_id")["run"].max()


def _due(ledger: Ledger, collected: list[int]) -> pd.DataFrame:
    """Enterprise and year of every report whose window has opened by the ledger's date, with the window."""
    enterprises = ledger.enterprises
    files = ~enterprises["ent_type"].str.startswith(NO_REPORT_PREFIXES)
    filers = enterprises.loc[files, ["enterprise_id", "established_on", "region"]]
    due = filers.merge(_windows(ledger.as_of, filers["region"]), on="region")
    # Founded within a year, an enterprise reports for the first time in the next one.
    due = due[due["established_on"].dt.year <= due["year"]]
    return due[~due["is_closed"] | due["year"].isin(collected)]


def _windows(as_of: date, regions: pd.Series) -> pd.DataFrame:
    """The windows that have opened by the date, one row per region and year."""
    windows = shipped_windows()
    rows = []
    for region in regions.drop_duplicates():
        for year in range(FIRST_YEAR, as_of.year):
            window = windows.of(year, None if pd.isna(region) else region)
            if window.opens <= as_of:
                rows.append((region, year, window.opens, window.closes, as_of > window.closes))
    frame = pd.DataFrame(rows, columns=["region", "year", "opens_on", "closes_on", "is_closed"])
    frame = frame.astype({"year": "int64", "is_closed": "bool", "region": regions.dtype})
    for name in ("opens_on", "closes_on"):
        frame[name] = pd.to_datetime(frame[name])
    return frame.assign(late_from=frame["closes_on"] + pd.Timedelta(days=1))


def _by_report(reports: pd.DataFrame) -> pd.DataFrame:
    """Per enterprise and year: the record by which it was filed, and the one that notes it as missing."""
    named = reports.assign(reference=references("annual_reports", reports["record_id"]))
    is_missing = named["state"] == "not_filed"
    split = named.assign(filed=named["reference"].where(~is_missing), noted=named["reference"].where(is_missing))
    return split.groupby(["enterprise_id", "year"], as_index=False)[["filed", "noted"]].first()
