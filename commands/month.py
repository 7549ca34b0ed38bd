"""The month: every step of it in one verb, for a scheduler."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from commands.opened import answered_of, tiering_of
from commands.options import LEDGER, SECTORS, STATE, AsOf, Location, Standards
from commands.terminal import progress_console, table_console

if TYPE_CHECKING:  # slow to load, and only this verb needs them
    from collections.abc import Mapping

    from records.check import CheckResult
    from records.progress import Report
    from serving.release import Release
    from supervision.month.steps import Serving

app = typer.Typer()


@app.command()
def month(
    location: Location,
    as_of: AsOf,
    deliveries: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="待导入的文件，每个系统一个子目录 files to import, by system"),
    ] = None,
    release: Annotated[
        Path | None, typer.Option(help="发布目录，默认最近一次 release directory, default the latest")
    ] = None,
    standards: Standards = SECTORS,
    ledger: Annotated[Path, typer.Option(help="监测台账 ledger of monitoring")] = LEDGER,
    out: Annotated[Path, typer.Option(help="各月目录的上级 folder of months")] = STATE / "months",
    skipped: Annotated[
        str | None, typer.Option(metavar="WHY", help="此前缺少月份的理由 why a month is missing before this one")
    ] = None,
    despite: Annotated[
        str | None,
        typer.Option(metavar="WHY", help="监测异常仍投入服务的理由 why one that was held back goes into service"),
    ] = None,
) -> None:
    """每月一次：从导入到投入服务 Import, check, build, score, watch, report, release; goes on after a kill."""
    from model.standard import read_standards
    from records.progress import progress_bars
    from serving.release import latest_release, load_release
    from supervision.month.run import Asked, run_month

    asked = Asked(location, as_of.date(), deliveries, read_standards(standards), out, ledger, skipped, despite)
    directory = release or latest_release(STATE / "releases")
    with progress_bars(progress_console()) as report:
        code = run_month(asked, _serving(directory, load_release(directory)), table_console(), report)
    raise typer.Exit(code)


def _serving(directory: Path, released: "Release") -> "Serving":
    """What a month asks of the service, with a release that was opened from a directory."""
    from records.quality import overall_quality
    from records.threads import allowed_threads
    from serving.current import write_current_alerts
    from serving.into_service import into_service
    from serving.places import current_path
    from serving.scoring.population import score_population
    from serving.snapshot import load_snapshot
    from supervision.month.steps import Serving

    def score(checked: "CheckResult", as_of: date, out: Path, progress: "Report") -> None:
        score_population(checked.accepted, released, as_of, out, progress, allowed_threads(), overall_quality(checked))

    def publish(snapshot: Path, alerts: Path, despite: "Mapping[str, str] | None") -> None:
        with into_service() as put:
            put(directory, snapshot, alerts, despite)

    def tell(alerts: Path) -> None:
        if current_path().is_file():
            write_current_alerts(current_path(), alerts)

    return Serving(
        released.digest,
        score,
        lambda snapshot: answered_of(load_snapshot(snapshot), released),
        lambda snapshot: tiering_of(load_snapshot(snapshot)),
        publish,
        tell,
    )
