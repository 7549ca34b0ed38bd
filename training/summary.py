"""What a training prints at its end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from model.standard import GENERAL
from model.tiers import TIERS
from training.cards.card import counts_of, figures_of
from training.checks.check import Finding
from training.fitted import Fitted, Training
from training.metrics import tier_table
from training.registry.versions import Registered
from training.rivals import RIVALS

_SECTOR, _CHOICE, _RUNNER_UP = "领域\nsector", "选用\nchoice", "次选 runner-up\n差 ± 标准误"
_NUMBERS = (
    "样本\nexamples",
    "问题\nproblems",
    "\nAUC",
    "对数损失\nlog-loss",
    "校准\ncalibr.",
    "低类\nlow",
)
_VERDICT, _WARNINGS = "结论\nverdict", "提醒\nwarn."
_LEGEND = (
    "现任 champion: 自下次发布起作答 answers from the next release on. 待晋升 challenger: waits for `fenji promote`. "
    "拒绝 refused: 未过阻止性检查 failed a blocking check.\n"
    "差 difference: 次选与选用的对数损失之差 log-loss of the runner-up minus that of the choice. "
    "低类 low: 低风险类问题率 rate of problems in the low tier."
)


@dataclass(frozen=True)
class RunnerUp:
    """The best candidate that was not chosen, its log-loss above the chosen one's (paired), and the standard error."""

    name: str
    difference: float
    standard_error: float


def runner_up(fitted: Fitted) -> RunnerUp | None:
    """Who came second in the gate, and by how much; null where nothing was compared.

    Negative where the gate preferred a simpler candidate. Either of the two is the best of all, so the gate's standard
    error beside the best is theirs.
    """
    ranked = sorted(fitted.gate, key=lambda rated: (not rated.chosen, rated.log_loss))
    if len(ranked) < 2:
        return None
    chosen, second = ranked[:2]
    error = max(second.standard_error, chosen.standard_error)
    return RunnerUp(second.name, second.log_loss - chosen.log_loss, error)


def low_tier_rate(fitted: Fitted) -> float | None:
    """The share of problems among the low tier's judged rows: by design where drawn at random, else as observed."""
    if fitted.model.calibration is None or not len(fitted.rows):
        return None
    low = tier_table(fitted.rows[fitted.rows["tier_rank"] == TIERS[0].rank])[["design", "observed"]].astype(float)
    return next(iter(low.iloc[0].dropna().tolist()), None)


def print_summary(
    console: Console,
    training: Training,
    findings: Mapping[str, list[Finding]],
    registered: Mapping[str, Registered],
) -> None:
    """One row per sector, every blocking sentence in full, one line per warning with its sectors, and what is next."""
    title = f"分级模型 models, {training.as_of}"
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, padding=0, show_edge=False)
    table.add_column(_SECTOR, no_wrap=True)
    table.add_column(_CHOICE, max_width=len("+ sector booster"))
    table.add_column(_RUNNER_UP, min_width=len("+0.0000 ± 0.0000"), max_width=len("+ sector booster"))
    for column in _NUMBERS:
        table.add_column(column, justify="right", no_wrap=True)
    table.add_column(_VERDICT, no_wrap=True)
    table.add_column(_WARNINGS, justify="right", no_wrap=True)
    for sector, fitted in training.models.items():
        table.add_row(*_row(training, fitted), *_verdict(findings[sector], registered[sector]))
    console.print(table)
    console.print(_LEGEND, style="dim", highlight=False)
    _print_findings(console, findings)
    _print_next(console, registered)


def _row(training: Training, fitted: Fitted) -> list[str]:
    model, second = fitted.model, runner_up(fitted)
    counts, figures = counts_of(training, model.sector), figures_of(fitted)
    low = low_tier_rate(fitted)
    return [
        model.sector,
        str(model.lineage.get("choice", "")),
        f"{second.name}\n{second.difference:+.4f} ± {second.standard_error:.4f}" if second else "–",
        f"{counts['examples']:,}",
        f"{counts['problems']:,}",
        *(_number(figures.get(name)) for name in ("auc", "log_loss", "calibration_error")),
        _percent(low),
    ]


def _verdict(findings: list[Finding], registered: Registered) -> tuple[str, str]:
    """What became of the newest version, and how many warnings it has."""
    newest = registered.newest
    warnings = sum(finding.verdict == "failed" and not finding.is_blocking for finding in findings)
    standing = "现任" if newest.number == registered.champion else "待晋升" if newest.is_accepted else "[red]拒绝[/red]"
    return f"{standing} v{newest.number}", str(warnings or "")


def _print_findings(console: Console, findings: Mapping[str, list[Finding]]) -> None:
    failed = [(sector, f) for sector, of_sector in findings.items() for f in of_sector if f.verdict == "failed"]
    for sector, finding in failed:
        if finding.is_blocking:
            said = f"[red]阻止 blocking[/red] {sector}: {finding.check.zh}。 {escape(finding.sentence)}"
            console.print(said, highlight=False)
    warned = sorted((f.check.code, f.check.zh, sector) for sector, f in failed if not f.is_blocking)
    for (code, zh), rows in groupby(warned, key=lambda row: row[:2]):
        sectors = ", ".join(sector for *_, sector in rows)
        console.print(f"提醒 warning: {zh} ({code}): {sectors}", highlight=False)


def _print_next(console: Console, registered: Mapping[str, Registered]) -> None:
    """Who waits for a person, and what a general model without a champion means."""
    waiting = [s for s, one in registered.items() if one.challenger and one.version(one.challenger).is_accepted]
    if waiting:
        console.print(
            f"待晋升 waiting for a person: {', '.join(waiting)}; fenji promote SECTOR... --why TEXT", highlight=False
        )
    general = registered.get(GENERAL)
    if general is not None and general.champion is None:
        console.print(
            "[red]通用模型没有现任版本，暂不能发布。[/red] The general model has no champion, so `fenji release` will "
            "stop: mend what its blocking checks name, or train on a longer history or a larger district, where chance "
            "weighs less.",
            highlight=False,
        )


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
    _print_selection(console, report["selection"])
    print_rivals(console, report["rivals"])


def _print_selection(console: Console, rows: Sequence[Mapping[str, Any]]) -> None:
    """Naive figures beside corrected ones; nothing where no inspection was drawn at random."""
    if not any(row["corrected_n"] for row in rows):
        return
    table = Table("选择偏差 selection", "全部检查 naive", "n", "随机抽查加权 corrected", "n")
    for row in rows:
        naive, corrected = _figure(row, "naive"), _figure(row, "corrected")
        table.add_row(row["figure"], naive, f"{row['naive_n']:,}", corrected, f"{row['corrected_n']:,}")
    console.print(table)


def print_rivals(console: Console, rivals: Mapping[str, Mapping[str, Any]]) -> None:
    """Each other system's grades beside our tiers on the enterprises that it graded; one line where there are none."""
    for scheme, found in rivals.items():
        zh, en = RIVALS[scheme]
        if "not_applicable" in found:
            console.print(f"{zh} {en}: 不适用 not applicable, {found['not_applicable']}", style="dim", highlight=False)
            continue
        auc = found["auc"]
        console.print(
            f"{zh} {en}: n {found['n']:,}, 问题率 base rate {found['base_rate']:.4f}, "
            f"AUC {_number(auc['rival'])}，我们的类别 our tiers {_number(auc['our_tiers'])}，"
            f"我们的概率 our probabilities {_number(auc['ours'])}",
            highlight=False,
        )
        table = Table(
            "类别 tier", "n", "其观察 its observed", "其设计 its design", "n", "我们观察 ours", "我们设计 ours"
        )
        for tier, pair in found["tiers"].items():
            rates = [[f"{row['n']:,}", _rate(row["observed"]), _rate(row["design"])] for row in pair.values()]
            table.add_row(tier, *rates[0], *rates[1])
        console.print(table)


def _figure(row: Mapping[str, Any], kind: str) -> str:
    if row[f"{kind}_low"] is None:
        return _number(row[kind])
    return _rate({"rate": row[kind], "low": row[f"{kind}_low"], "high": row[f"{kind}_high"]})


def _rate(rate: Mapping[str, float] | None) -> str:
    return "–" if rate is None else f"{rate['rate']:.1%} [{rate['low']:.1%}, {rate['high']:.1%}]"


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value:.1%}"
