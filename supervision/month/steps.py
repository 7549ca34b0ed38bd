"""The steps of a month in their order: what each makes and tells.

A step's output appears whole or not at all, and its figures are read from that output: so a run that goes on after a
kill makes and tells the same as one that was not interrupted.
"""

import json
import os
import shutil
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, partial
from pathlib import Path

import pyarrow.parquet as parquet

from features.build import survey
from features.catalogue.everything import INDICATORS
from features.written import write_population
from model.alerts import ALERTS_FILE, Alerts
from model.grades import native_ranks
from model.standard import Standard
from model.tiers import TIERS
from records.check import CheckResult, check_records
from records.data_hash import data_hash
from records.errors import ConfigError
from records.intake import known_before
from records.progress import Report
from records.quality import measure_quality
from records.report import write_check
from records.source import Records, read_records
from supervision.month.deliveries import Delivery, digest_of, import_deliveries, imported_counts
from supervision.month.protocol import Figures
from supervision.report.month import Month
from supervision.report.monthly import write_report
from supervision.report.tiering import Tiering, Tierings
from supervision.watch.remembered import Remembered
from supervision.watch.run import write_watch
from supervision.watch.watch import Answered

SNAPSHOT, WATCH = "snapshot", "watch"
"""Where the snapshot and what monitoring found lie in a month's folder."""
RELEASE = "release"
"""The last step, which puts the snapshot into service."""
_SHORT = 12
"""So many characters of a digest name it to a reader."""


@dataclass(frozen=True)
class Serving:
    """What a month asks of the service, whose code supervision does not know.

    `release` is the digest of the release in use. `score` makes a snapshot of checked records at a date in a new
    directory, and goes on where it was killed. `answered` and `tiering` open a snapshot. `publish` puts a snapshot into
    service, together with what monitoring said of it, and why and by whom in spite of that (null: it held nothing
    back); `tell` lets the service say only what monitoring said.
    """

    release: str
    score: Callable[[CheckResult, date, Path, Report], object]
    answered: Callable[[Path], Answered]
    tiering: Callable[[Path], Tiering]
    publish: Callable[[Path, Path, Mapping[str, str] | None], object]
    tell: Callable[[Path], object]


@dataclass(frozen=True)
class Step:
    """One step: `make` is given where its output is to appear, `figures` reads it there.

    `fixes` are digests of inputs that must stay what they were once the step is done.
    """

    name: str
    output: str
    make: Callable[[Path], object]
    figures: Callable[[Path], Figures]
    fixes: Callable[[], Mapping[str, str]] = dict


@dataclass(frozen=True)
class Work:
    """What the steps of a month work on; what is known before `as_of` is read once, after the import.

    `moment` is when deliveries came that do not say it, `imports_before` the number of the last import before the
    month's own, `before` the snapshot of the last month that came into service (null: none), `despite` why and by whom
    this one does although monitoring held it back (null: it did not).
    """

    location: str
    as_of: date
    folder: Path
    deliveries: tuple[Delivery, ...]
    moment: datetime
    imports_before: int
    before: Path | None
    standards: Mapping[str, Standard]
    ledger: Path
    despite: Mapping[str, str] | None
    serving: Serving
    progress: Report

    @cached_property
    def read(self) -> Records:
        self.progress("读取 reading", 0, 1)
        return read_records(self.location)

    @cached_property
    def known(self) -> Records:
        """Later records are left out: they would let the same month say something else when it is run again."""
        return known_before(self.read, self.as_of)

    @cached_property
    def checked(self) -> CheckResult:
        self.progress("校验 checking", 0, 1)
        return check_records(self.known)

    @cached_property
    def answered(self) -> Answered:
        return self.serving.answered(self.folder / SNAPSHOT)

    def fixed_by_import(self) -> dict[str, str]:
        return {"deliveries": digest_of(self.deliveries), "records": data_hash(self.known)}


def steps_of(work: Work) -> tuple[Step, ...]:
    """Import, check, build, score, watch, report, release."""
    return (
        Step("import", "", partial(_import, work), partial(_imported, work), work.fixed_by_import),
        Step("check", "check", partial(_check, work), partial(_checked, work)),
        Step("build", "indicators.parquet", partial(_build, work), _built),
        Step("score", SNAPSHOT, partial(_score, work), partial(_scored, work)),
        Step("watch", WATCH, partial(_watch, work), _watched),
        Step("report", "report", partial(_report, work), partial(_reported, work)),
        Step(RELEASE, "", partial(_release, work), partial(_released, work)),
    )


def whole(out: Path, write: Callable[[Path], object]) -> None:
    """Let a file or directory be written under another name, and have its own once all of it is on the disk."""
    unfinished = out.with_name(f".{out.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    write(unfinished)
    for path in (unfinished, *unfinished.rglob("*")):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())
    unfinished.rename(out)


def _import(work: Work, _: Path) -> None:
    if work.deliveries:
        into = records_directory(work.location)
        import_deliveries(work.deliveries, into, work.moment, native_ranks(work.standards), work.progress)


def records_directory(location: str) -> Path:
    """Where deliveries are brought into; ConfigError for records that lie in a database."""
    if "://" in location or Path(location).is_file():
        raise ConfigError(
            f"Deliveries are imported into a directory of records, got {location}; leave --deliveries out."
        )
    return Path(location)


def _imported(work: Work, _: Path) -> Figures:
    return imported_counts(work.deliveries, Path(work.location), work.imports_before)


def _check(work: Work, out: Path) -> None:
    whole(out, partial(write_check, work.checked, measure_quality(work.checked)))


def _checked(work: Work, out: Path) -> Figures:
    subjects = json.loads((out / "summary.json").read_text(encoding="utf-8"))["subjects"]
    told = {name: sum(one[name] for one in subjects) for name in ("read", "accepted", "duplicates", "quarantined")}
    everything = sum(int(table.count().to_pyarrow().as_py()) for table in work.read.tables.values())
    return {**told, "later": everything - told["read"]}


def _build(work: Work, out: Path) -> None:
    work.progress("指标 indicators", 0, 1)
    population = survey(work.checked.accepted, work.as_of)
    whole(out, partial(write_population, population))


def _built(out: Path) -> Figures:
    return {"rows": parquet.ParquetFile(out).metadata.num_rows, "indicators": len(INDICATORS)}


def _score(work: Work, out: Path) -> None:
    work.serving.score(work.checked, work.as_of, out, work.progress)


def _scored(work: Work, _: Path) -> Figures:
    ranks = Counter(work.answered.answers["tier_rank"])
    enterprises = work.answered.frame.keys["enterprise_id"].nunique()
    return {"enterprises": enterprises, **{one.id: ranks[one.rank] for one in TIERS}}


def _watch(work: Work, out: Path) -> None:
    remembered = Remembered(work.ledger)
    whole(out, lambda place: write_watch(work.checked.accepted, work.answered, remembered, place, work.progress))


def _watched(out: Path) -> Figures:
    alerts = Alerts.from_json(json.loads((out / ALERTS_FILE).read_text(encoding="utf-8")))
    severities = Counter(alert.severity for alert in alerts.alerts)
    return {"state": alerts.state, **{name: severities[name] for name in ("broken", "warning", "notice")}}


def _report(work: Work, out: Path) -> None:
    before = None if work.before is None else work.serving.tiering(work.before)
    tierings = Tierings(work.serving.tiering(work.folder / SNAPSHOT), before)
    month = Month(work.as_of).before
    whole(out, lambda place: write_report(work.read, work.standards, month, tierings, place, work.progress))


def _reported(work: Work, _: Path) -> Figures:
    return {"month": str(Month(work.as_of).before), "before": work.before.parent.name if work.before else ""}


def _release(work: Work, _: Path) -> None:
    work.serving.publish(work.folder / SNAPSHOT, work.folder / WATCH, work.despite)


def _released(work: Work, _: Path) -> Figures:
    return {"snapshot": work.answered.snapshot[:_SHORT], "release": work.answered.release[:_SHORT]}
