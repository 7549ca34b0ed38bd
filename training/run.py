"""One training from records to the registry: fit, check, draw, describe, log, register."""

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
from rich.console import Console

from model.saved import SavedModel, load_model
from model.standard import GENERAL, Standard
from records.data_hash import data_hash
from records.login import login_name
from records.progress import Report, progress_bars
from records.source import Records
from training import recipe
from training.cards.card import compose_card, counts_of, figures_of, to_html, to_markdown
from training.cards.facts import Facts, gather_facts
from training.checks.check import Finding
from training.checks.everything import run_checks
from training.checks.sample import example_matrix
from training.fit import fit_models
from training.fitted import Fitted, Training
from training.metrics import tier_table
from training.pictures.plots import (
    LEAST_DRAWN,
    draw_pictures,
    plot_contributions,
    plot_gains,
    plot_reliability,
    plot_tiers,
    save_figure,
)
from training.registry import tracking
from training.registry.lineage import code_version
from training.registry.versions import champions_so_far
from training.summary import low_tier_rate, print_summary, runner_up
from training.tiers.judged import judged_inspections

EXPLAINED_ROWS = 1_000

Tags = Mapping[str, str]


@dataclass(frozen=True)
class Case:
    """What is to be written of one sector: the training, its model, and what the checks said of it."""

    training: Training
    fitted: Fitted
    findings: list[Finding]


def train(
    records: Records,
    standards: Mapping[str, Standard],
    as_of: date,
    root: Path,
    console: Console,
    quality: pd.DataFrame | None = None,
) -> Training:
    """Train every model on what was known before `as_of`, and log and register them under `root`/mlruns.

    `quality` goes on the model cards: the measures of the records as they were read (`records.quality`).

    Prints progress and, at the end, one row per sector and what the checks found. Raises DataError where the records
    teach nothing (`training.fit`), and ModelError where a champion that has to be compared with is damaged.
    """
    champions = {sector: load_model(path) for sector, path in champions_so_far(root).items()}
    by = login_name()
    with progress_bars(console) as report:
        report("数据指纹 data hash", 0, 1)
        tags = {"as_of": str(as_of), "data_hash": data_hash(records), "code_version": code_version()}
        training = fit_models(records, standards, as_of, report)
        findings = _findings(training, champions, report)
        report("卡片所需的事实 facts for the cards", 0, 1)
        facts = gather_facts(records, standards, training, quality)
        with tempfile.TemporaryDirectory() as scratch:
            runs = _sector_runs(training, findings, facts, tags, Path(scratch), report)
            registered = tracking.log_training(root, f"{as_of}", tags, _recipe(), runs, by)
    print_summary(console, training, findings, registered)
    return training


def _findings(training: Training, champions: Mapping[str, SavedModel], report: Report) -> dict[str, list[Finding]]:
    findings = {}
    for done, sector in enumerate(training.models):
        report("检查 checks", done, len(training.models))
        findings[sector] = run_checks(training, sector, champions.get(sector))
    return findings


def _sector_runs(
    training: Training,
    findings: Mapping[str, list[Finding]],
    facts: Facts,
    tags: Tags,
    scratch: Path,
    report: Report,
) -> Iterator[tracking.SectorRun]:
    """What to keep of each sector, written to disk just before it is logged."""
    for done, (sector, fitted) in enumerate(training.models.items()):
        report("登记 registry", done, len(training.models))
        directory, case = scratch / sector, Case(training, fitted, findings[sector])
        _write_plots(training, fitted, directory / "plots")
        _write_model(case, facts, tags, directory)
        yield tracking.SectorRun(
            sector,
            directory,
            refusals=[_spoken(finding) for finding in case.findings if finding.is_blocking],
            note=_note(case),
            parameters=_parameters(training, fitted),
            metrics=_metrics(fitted),
            tags={"standard_version": fitted.model.standard.version, **_verdicts(case.findings)},
        )


def _write_model(case: Case, facts: Facts, tags: Tags, directory: Path) -> None:
    """The saved model with its lineage and card, and the card beside it for the reader."""
    model = case.fitted.model
    lineage = {**tags, "standard_version": model.standard.version, **model.lineage}
    card = compose_card(case.training, case.fitted, case.findings, lineage, facts)
    saved = tracking.saved_directory(directory)
    saved.parent.mkdir(parents=True)
    digest = replace(model, lineage=lineage, card=to_markdown(card)).save(saved)
    pictures = (
        {}
        if model.calibration is None
        else draw_pictures(judged_inspections(case.training, case.fitted.rows), model.standard)
    )
    (directory / "card.md").write_text(to_markdown(card), encoding="utf-8")
    (directory / "card.html").write_text(to_html(card, pictures), encoding="utf-8")
    (directory / "digest.txt").write_text(digest + "\n", encoding="utf-8")


def _write_plots(training: Training, fitted: Fitted, directory: Path) -> None:
    directory.mkdir(parents=True)
    model = fitted.model
    if model.calibration is None or len(fitted.rows) < LEAST_DRAWN:
        return
    rows = judged_inspections(training, fitted.rows)
    save_figure(plot_reliability(rows, model.standard), directory / "reliability.png")
    save_figure(plot_tiers(rows, model.standard), directory / "tiers.png")
    save_figure(plot_gains(rows, model.standard), directory / "gains.png")
    if model.sector == GENERAL:
        matrix = example_matrix(training, fitted, EXPLAINED_ROWS)
        save_figure(plot_contributions(model, matrix), directory / "shap.png")


def _parameters(training: Training, fitted: Fitted) -> dict[str, object]:
    model, second = fitted.model, runner_up(fitted)
    return {
        "level": model.level,
        "choice": model.lineage.get("choice"),
        "runner_up": second.name if second else None,
        "outcome_severity": model.standard.outcome_severity,
        "horizon_days": model.standard.horizon_days,
        "cuts": list(model.standard.cuts),
        "indicators": len(model.indicators),
        **counts_of(training, model.sector),
    }


def _metrics(fitted: Fitted) -> dict[str, float | int | None]:
    """The figures, the rate of every tier, the calibration and the distance of the runner-up."""
    second, calibration = runner_up(fitted), fitted.model.calibration
    return {
        **figures_of(fitted),
        **_tier_rates(fitted),
        "low_tier_rate": low_tier_rate(fitted),
        "calibration_slope": calibration.slope if calibration else None,
        "calibration_offset": calibration.offset if calibration else None,
        "runner_up_difference": second.difference if second else None,
        "runner_up_standard_error": second.standard_error if second else None,
    }


def _tier_rates(fitted: Fitted) -> dict[str, float]:
    if fitted.model.calibration is None or not len(fitted.rows):
        return {}
    table = tier_table(fitted.rows).set_index("tier")[["n", "observed", "design"]].astype(float)
    return {f"{kind}.{tier}": rate for kind in table for tier, rate in table[kind].dropna().items()}


def _verdicts(findings: list[Finding]) -> dict[str, str]:
    return {f"check.{finding.check.code}": finding.verdict for finding in findings}


def _spoken(finding: Finding) -> str:
    return f"{finding.check.zh}：{finding.sentence}"


def _note(case: Case) -> str:
    """What MLflow shows first of a run: the sentences of what failed."""
    failed = [finding for finding in case.findings if finding.verdict == "failed"]
    marks = {True: "**阻止 blocking**", False: "提醒 warning"}
    lines = [f"- {marks[finding.is_blocking]} {_spoken(finding)}" for finding in failed]
    return "\n".join(lines) or "全部检查通过或不适用。 Every check passed or did not apply."


def _recipe() -> dict[str, Any]:
    """The constants of the recipe, as the training's parameters."""
    return {name.lower(): value for name, value in vars(recipe).items() if name.isupper()}
