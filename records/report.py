"""`fenji check`: tell a bureau what its records hold, which rows are not used and why, and how good they are."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
from rich.box import SIMPLE
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from records.check import COUNT_COLUMNS, CheckResult, check_records
from records.quality import MEASURES, measure_quality
from records.source import read_records
from records.subjects import SUBJECTS

WORST_OFFICES = 5


def run_check(location: str | Path, out: Path | None = None) -> int:
    """Check the records at `location`, print what was found, and write it into the directory `out` if given.

    `out` gets `quarantine.parquet`, `quality.csv` and `summary.json`. Returns the exit code 0, also when rows
    were quarantined: they are told, not hidden.

    Raises
    ------
    DataError
        If the records cannot be read as the contract declares; then nothing is written.
    """
    result = _check_with_progress(location)
    quality = measure_quality(result)
    console = Console()
    for table in (_counts_table(result), _reasons_table(result), _quality_table(quality)):
        if table.row_count:
            console.print(table)
    for note in result.read.notes:
        console.print(note, markup=False)
    if len(result.flags):
        examples = ", ".join(result.flags["enterprise_id"].head(3))
        console.print(
            f"{len(result.flags)} enterprise(s) have a unified code with a wrong check character "
            f"(GB 32100-2015); their rows are used: {examples} ...",
            markup=False,
        )
    if out is not None:
        write_check(result, quality, out)
        console.print(f"Written to {out}: quarantine.parquet, quality.csv, summary.json.", markup=False)
    return 0


def write_check(result: CheckResult, quality: pd.DataFrame, out: Path) -> None:
    """Write the quarantined rows, the measures and the counts into the directory `out`."""
    out.mkdir(parents=True, exist_ok=True)
    result.quarantine.to_parquet(out / "quarantine.parquet", index=False)
    quality.to_csv(out / "quality.csv", index=False)
    summary = {
        "subjects": result.counts.to_dict("records"),
        "reasons": [{"subject": name, "reason": reason, "rows": rows} for name, reason, rows in _reasons(result)],
        "flagged_enterprises": result.flags["enterprise_id"].tolist(),
        "measures": {measure.name: measure.definition for measure in MEASURES},
        "notes": list(result.read.notes),
    }
    text = json.dumps(summary, ensure_ascii=False, indent=2)
    (out / "summary.json").write_text(text + "\n", encoding="utf-8")


def _check_with_progress(location: str | Path) -> CheckResult:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        with _step(progress, "reading") as told:
            records = read_records(location, on_subject=told)
        with _step(progress, "checking") as told:
            return check_records(records, on_subject=told)


class _Step:
    """One bar of the progress display; called with each subject that is begun."""

    def __init__(self, progress: Progress, verb: str) -> None:
        self.progress = progress
        self.verb = verb
        self.task = progress.add_task(verb, total=len(SUBJECTS))
        self.begun = 0

    def __call__(self, subject: str) -> None:
        self.progress.update(self.task, description=f"{self.verb} {subject}", completed=self.begun)
        self.begun += 1


@contextmanager
def _step(progress: Progress, verb: str) -> Iterator[_Step]:
    step = _Step(progress, verb)
    yield step
    progress.update(step.task, description=verb, completed=len(SUBJECTS))


def _counts_table(result: CheckResult) -> Table:
    table = Table(title="Records", box=SIMPLE, padding=0)
    table.add_column("subject", no_wrap=True)
    for heading in COUNT_COLUMNS[1:]:
        table.add_column(heading, justify="right", no_wrap=True)
    for row in result.counts[result.counts["read"] > 0].to_dict("records"):
        table.add_row(str(row["subject"]), *(f"{row[heading]:,}" for heading in COUNT_COLUMNS[1:]))
    return table


def _reasons(result: CheckResult) -> list[tuple[str, str, int]]:
    """Subject, code and number of rows for every broken rule, the most frequent first."""
    if result.quarantine.empty:
        return []
    reasons = result.quarantine["reason"].str.split("; ")
    broken = pd.DataFrame({"subject": result.quarantine["subject"], "reason": reasons}).explode("reason")
    counts = broken.groupby(["subject", "reason"]).size().reset_index(name="rows")
    counts = counts.sort_values(["rows", "subject", "reason"], ascending=[False, True, True])
    return [(str(row["subject"]), str(row["reason"]), int(row["rows"])) for row in counts.to_dict("records")]


def _reasons_table(result: CheckResult) -> Table:
    table = Table("subject", "reason", title="Quarantined rows by reason (one may have several)", box=SIMPLE)
    table.add_column("rows", justify="right")
    for subject, reason, rows in _reasons(result):
        table.add_row(subject, reason, f"{rows:,}")
    return table


def _quality_table(quality: pd.DataFrame) -> Table:
    """One line per measure; one column for all records and one per office, the worst first."""
    names = [measure.name for measure in MEASURES]
    offices = quality[quality["level"] == "office"]
    worst = offices.assign(mean=offices[names].astype("float64").mean(axis=1)).nsmallest(WORST_OFFICES, "mean")
    columns = [*quality[quality["level"] == "overall"].to_dict("records"), *worst.to_dict("records")]
    table = Table(title="Data quality, 1 is best: overall and the worst offices", box=SIMPLE, padding=0)
    table.add_column("measure", no_wrap=True)
    for column in columns:
        table.add_column(str(column["name"]) if column["level"] == "office" else "overall", justify="right")
    table.add_row("rows", *(f"{column['rows']:,}" for column in columns))
    for measure in MEASURES:
        shares = ("-" if pd.isna(column[measure.name]) else f"{column[measure.name]:.3f}" for column in columns)
        table.add_row(f"{measure.name} {measure.zh}", *shares)
    return table
