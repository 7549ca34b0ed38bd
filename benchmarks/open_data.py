"""Judge the product on public inspection data: the command behind `make bench-open`.

Each data set goes through the record contract into `var/open/NAME`, `fenji backtest` is called on it as a
user would, and its figures are printed beside the marks to reach. A mark that is missed is said to be missed.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks import chicago, toronto
from benchmarks.sources import require_open_data
from records.errors import FenjiError, ModelError

REPOSITORY = Path(__file__).resolve().parents[1]
WORKSPACE = REPOSITORY / "var" / "open"
RESULTS = REPOSITORY / "benchmarks" / "results"


@dataclass(frozen=True)
class OpenData:
    """A data set, its outcome, the protocol's documented rows and base rate, and the marks to reach."""

    name: str
    city: str
    severity: str
    as_of: str
    write_records: Callable[[Path, Path], None]
    write_standards: Callable[[Path, Path, str], None]
    rows: int
    base_rate: float
    auc: float
    log_loss: float


def _toronto(name: str, severity: str, base_rate: float, auc: float, log_loss: float) -> OpenData:
    write = (toronto.write_records, toronto.write_standards)
    return OpenData(name, "toronto", severity, "2010-01-01", *write, 3858, base_rate, auc, log_loss)


OPEN_DATA = (
    _toronto("toronto_sig", "general", 0.232, 0.685, 0.505),
    _toronto("toronto_crucial", "serious", 0.029, 0.720, 0.121),
    OpenData(
        "chicago",
        "chicago",
        "serious",
        "2014-01-01",
        chicago.write_records,
        chicago.write_standards,
        rows=6797,
        base_rate=0.156,
        auc=0.610,
        log_loss=0.434,
    ),
)


def prepare(data: OpenData, workspace: Path = WORKSPACE) -> tuple[Path, Path]:
    """Write the contract tables and the standards; return the two directories.

    Raises DataError when the open data are absent.
    """
    source = require_open_data(data.city)
    records, standards = workspace / data.name / "records", workspace / data.name / "standards"
    data.write_records(source, records)
    data.write_standards(source, standards, data.severity)
    return records, standards


def backtest(data: OpenData, results: Path = RESULTS) -> dict[str, Any]:
    """Run `fenji backtest` in a process of its own; return the `overall` part of the file it writes.

    Raises ModelError when the command fails; its own output has said why.
    """
    records, standards = prepare(data)
    results.mkdir(parents=True, exist_ok=True)
    answer = results / f"{data.name}.json"
    command = [sys.executable, "-m", "fenji", "backtest", str(records), "--standards", str(standards)]
    done = subprocess.run([*command, "--as-of", data.as_of, "--json", str(answer)], cwd=REPOSITORY, check=False)
    if done.returncode:
        raise ModelError(
            f"fenji backtest on {data.name} must end with 0, got {done.returncode}; its message stands above."
        )
    return json.loads(answer.read_text(encoding="utf-8"))["overall"]


def report(outcomes: Sequence[tuple[OpenData, dict[str, Any]]]) -> Table:
    """One row per data set: rows, base rate, AUC and log-loss, each with its mark and whether it is met."""
    table = Table("data", "rows", "base rate", "AUC", "log-loss", title="Open data, snapshot protocol")
    for data, overall in outcomes:
        table.add_row(
            data.name,
            _mark(f"{overall['n']:,}", f"= {data.rows:,}", overall["n"] == data.rows),
            _mark(
                f"{overall['base_rate']:.3f}",
                f"= {data.base_rate:.3f}",
                abs(overall["base_rate"] - data.base_rate) <= 0.0005,
            ),
            _mark(f"{overall['auc']:.4f}", f">= {data.auc:.3f}", overall["auc"] >= data.auc),
            _mark(f"{overall['log_loss']:.4f}", f"<= {data.log_loss:.3f}", overall["log_loss"] <= data.log_loss),
        )
    return table


def _mark(value: str, goal: str, is_met: bool) -> str:
    return f"{value} ({goal}: {'[green]met' if is_met else '[red]not met'}[/])"


def main() -> int:
    """Run every data set; 0 when all ran, whether or not the marks are met, else the error's exit code."""
    console = Console()
    outcomes = []
    try:
        for number, data in enumerate(OPEN_DATA, start=1):
            console.print(f"[{number}/{len(OPEN_DATA)}] {data.name}, as of {data.as_of}", markup=False)
            outcomes.append((data, backtest(data)))
    except FenjiError as error:
        console.print(str(error), markup=False)
        return error.exit_code
    console.print(report(outcomes))
    return 0


if __name__ == "__main__":
    sys.exit(main())
