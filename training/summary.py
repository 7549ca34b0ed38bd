"""What a training prints at its end."""

from collections.abc import Mapping
from itertools import groupby
from typing import Any

from rich.console import Console
from rich.table import Table

from training.card import counts_of, figures_of
from training.checks.check import Finding
from training.fit import Training
from training.tracking import Registered

_COLUMNS = (
    "领域 sector",
    "模型 model",
    "样本 examples",
    "问题 problems",
    "AUC",
    "log-loss",
    "校准 calibration",
    "结论 verdict",
)


def print_summary(
    console: Console,
    training: Training,
    findings: Mapping[str, list[Finding]],
    registered: Mapping[str, Registered],
) -> None:
    """One row per sector, every blocking sentence in full, and one line per warning with the sectors it concerns."""
    table = Table(title=f"分级模型 models, {training.as_of}", title_justify="left")
    for column in _COLUMNS:
        table.add_column(column, justify="left" if column in (*_COLUMNS[:2], _COLUMNS[-1]) else "right")
    for sector, fitted in training.models.items():
        counts, figures = counts_of(training, sector), figures_of(fitted)
        choice = fitted.model.lineage.get("choice", "")
        table.add_row(
            sector,
            str(choice),
            f"{counts['examples']:,}",
            f"{counts['problems']:,}",
            *(_number(figures.get(name)) for name in ("auc", "log_loss", "calibration_error")),
            _verdict(findings[sector], registered[sector]),
        )
    console.print(table)
    _print_findings(console, findings)


def _verdict(findings: list[Finding], registered: Registered) -> str:
    blocking = sum(finding.is_blocking for finding in findings)
    warnings = sum(finding.verdict == "failed" for finding in findings) - blocking
    parts = [f"{registered.alias} v{registered.version}"]
    parts += [f"[red]{blocking} 阻止 blocking[/red]"] if blocking else []
    parts += [f"{warnings} 提醒 warning"] if warnings else []
    return ", ".join(parts)


def _print_findings(console: Console, findings: Mapping[str, list[Finding]]) -> None:
    failed = [(sector, f) for sector, of_sector in findings.items() for f in of_sector if f.verdict == "failed"]
    for sector, finding in failed:
        if finding.is_blocking:
            console.print(f"[red]阻止 blocking[/red] {sector}: {finding.check.zh}. {finding.sentence}", highlight=False)
    warned = sorted((f.check.code, f.check.zh, sector) for sector, f in failed if not f.is_blocking)
    for (code, zh), rows in groupby(warned, key=lambda row: row[:2]):
        sectors = ", ".join(sector for *_, sector in rows)
        console.print(f"提醒 warning: {zh} ({code}): {sectors}", highlight=False)


def _number(value: float | int | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def print_backtest(console: Console, report: Mapping[str, Any]) -> None:
    """The overall figures of a backtest and what each tier turned out to be, with 95 % intervals."""
    overall = report["overall"]
    shares = ", ".join(f"{share} %: {_percent(value)}" for share, value in overall["captured"].items())
    console.print(
        f"回测 backtest {report['as_of']}: n {overall['n']:,}, 问题率 base rate {overall['base_rate']:.4f}, "
        f"AUC {_number(overall['auc'])}, log-loss {overall['log_loss']:.4f}, "
        f"校准误差 calibration error {overall['calibration_error']:.4f}\n先查即得 captured in the first {shares}",
        highlight=False,
    )
    table = Table("类别 tier", "n", "预测 predicted", "观察 observed", "设计估计 design")
    for tier, row in overall["tiers"].items():
        table.add_row(
            tier, f"{row['n']:,}", _percent(row["mean_probability"]), _rate(row["observed"]), _rate(row["design"])
        )
    console.print(table)


def _rate(rate: Mapping[str, float] | None) -> str:
    return "–" if rate is None else f"{rate['rate']:.1%} [{rate['low']:.1%}, {rate['high']:.1%}]"


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value:.1%}"
