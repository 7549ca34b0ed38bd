"""One training from records to the registry: fit, check, draw, describe, log, register."""

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from rich.console import Console

from model.standard import GENERAL, Standard
from records.progress import Report, progress_bars
from records.source import Records
from training import recipe, tracking
from training.card import counts_of, figures_of, write_card
from training.checks.check import Finding
from training.checks.everything import run_checks
from training.checks.sample import example_matrix
from training.fit import Fitted, Training, fit_models
from training.lineage import code_version, data_hash
from training.plots import plot_contributions, plot_gains, plot_reliability, plot_tiers, save_figure
from training.summary import print_summary

LEAST_DRAWN = 30
"""Pictures of fewer rows show noise."""
EXPLAINED_ROWS = 1_000


def train(records: Records, standards: Mapping[str, Standard], as_of: date, root: Path, console: Console) -> Training:
    """Train every model on what was known before `as_of`, and log and register them under `root`/mlruns.

    Prints progress and, at the end, one row per sector and what the checks found. Raises DataError where the records
    teach nothing (`training.fit`).
    """
    with progress_bars(console) as report:
        report("数据指纹 data hash", 0, 1)
        tags = {"as_of": str(as_of), "data_hash": data_hash(records), "code_version": code_version()}
        training = fit_models(records, standards, as_of, report)
        findings = {sector: run_checks(training, sector) for sector in training.models}
        with tempfile.TemporaryDirectory() as scratch:
            runs = _sector_runs(training, findings, tags, Path(scratch), report)
            registered = tracking.log_training(root, f"{as_of}", tags, _recipe(), runs)
    print_summary(console, training, findings, registered)
    return training


def _sector_runs(
    training: Training, findings: Mapping[str, list[Finding]], tags: Mapping[str, str], scratch: Path, report: Report
) -> Iterator[tracking.SectorRun]:
    """What to keep of each sector, written to disk just before it is logged."""
    for done, (sector, fitted) in enumerate(training.models.items()):
        report("检查与登记 checks and registry", done, len(training.models))
        directory = scratch / sector
        _write_plots(training, fitted, directory / "plots")
        _write_model(training, fitted, findings[sector], tags, directory)
        yield tracking.SectorRun(
            sector,
            directory,
            is_accepted=not any(finding.is_blocking for finding in findings[sector]),
            parameters=_parameters(training, fitted),
            metrics=figures_of(fitted),
            tags={"standard_version": fitted.model.standard.version, **_verdicts(findings[sector])},
        )


def _write_model(
    training: Training, fitted: Fitted, findings: list[Finding], tags: Mapping[str, str], directory: Path
) -> None:
    """The saved model with its lineage and card, and the card beside it for the reader."""
    lineage = {**tags, "standard_version": fitted.model.standard.version, **fitted.model.lineage}
    card = write_card(training, fitted, findings, lineage)
    saved = tracking.saved_directory(directory)
    saved.parent.mkdir(parents=True)
    digest = replace(fitted.model, lineage=lineage, card=card).save(saved)
    (directory / "card.md").write_text(card, encoding="utf-8")
    (directory / "digest.txt").write_text(digest + "\n", encoding="utf-8")


def _write_plots(training: Training, fitted: Fitted, directory: Path) -> None:
    directory.mkdir(parents=True)
    model, rows = fitted.model, fitted.rows
    if model.calibration is None or len(rows) < LEAST_DRAWN:
        return
    save_figure(plot_reliability(rows, model.standard), directory / "reliability.png")
    save_figure(plot_tiers(rows, model.standard), directory / "tiers.png")
    save_figure(plot_gains(rows, model.standard), directory / "gains.png")
    if model.sector == GENERAL:
        matrix = example_matrix(training, fitted, EXPLAINED_ROWS)
        save_figure(plot_contributions(model, matrix), directory / "shap.png")


def _parameters(training: Training, fitted: Fitted) -> dict[str, object]:
    model = fitted.model
    return {
        "level": model.level,
        "choice": model.lineage.get("choice"),
        "outcome_severity": model.standard.outcome_severity,
        "horizon_days": model.standard.horizon_days,
        "cuts": list(model.standard.cuts),
        "indicators": len(model.indicators),
        **counts_of(training, model.sector),
    }


def _verdicts(findings: list[Finding]) -> dict[str, str]:
    return {f"check.{finding.check.code}": finding.verdict for finding in findings}


def _recipe() -> dict[str, Any]:
    """The constants of the recipe, as the training's parameters."""
    return {name.lower(): value for name, value in vars(recipe).items() if name.isupper()}
