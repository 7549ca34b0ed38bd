"""How the gate chose: every candidate with its evidence, the runner-up, and why a small sector fell back."""

from model.standard import GENERAL
from training.cards.blocks import Paragraph, Section, Table, Text
from training.cards.data import distinct_inspections
from training.fitted import Fitted, Training
from training.gate import Rated
from training.recipe import SECTOR_PROBLEMS

_CANDIDATES = {
    "scorecard": "评分卡",
    "booster": "提升树",
    "average": "评分卡与提升树的平均",
    "general": "通用模型",
    "sector scorecard": "本领域评分卡",
    "general + sector booster": "通用模型加本领域小提升树",
    "average of general and sector scorecard": "通用模型与本领域评分卡的平均",
    "sector booster": "本领域提升树",
}
"""What candidates are called in Chinese; one not named here goes by its own name."""
_GATE_RULE = Text(
    "规则：选用与最好者相差不超过一个标准误的最简候选。对数损失按检查的权重平均，标准误按企业聚类。",
    "Rule: the simplest candidate within one standard error of the best. Log-losses are means by the weights of the "
    "inspections, standard errors are clustered by enterprise.",
)


def gate_section(training: Training, fitted: Fitted) -> Section:
    """Every candidate with its evidence, which was chosen and why, and the runner-up."""
    title, gate = Text("模型选择", "Gate"), fitted.gate
    if not gate:
        return Section(title, (_fell_back(training, fitted),))
    runner_up = runner_up_of(gate)
    marks = {True: Text("选用", "chosen"), False: Text("次选", "runner-up")}
    rows = tuple(
        (
            _candidate(rated.name),
            f"{rated.log_loss:.4f}",
            f"{rated.difference:+.4f}",
            f"{rated.standard_error:.4f}",
            marks[rated.chosen] if rated.chosen or rated is runner_up else "",
        )
        for rated in gate
    )
    head = (
        Text("候选（由简到繁）", "candidate, simplest first"),
        Text("对数损失", "log-loss"),
        Text("与最好之差", "difference"),
        Text("标准误", "standard error"),
        Text("结论", "verdict"),
    )
    chosen = frozenset(position for position, rated in enumerate(gate) if rated.chosen)
    return Section(title, (_told_gate(gate, runner_up), Table(head, rows, _GATE_RULE, chosen)))


def runner_up_of(gate: tuple[Rated, ...]) -> Rated | None:
    """The best of those not chosen; null where there was no other."""
    return min((rated for rated in gate if not rated.chosen), key=lambda rated: rated.log_loss, default=None)


def _told_gate(gate: tuple[Rated, ...], runner_up: Rated | None) -> Paragraph:
    chosen = next(rated for rated in gate if rated.chosen)
    best = min(gate, key=lambda rated: rated.log_loss)
    name = _candidate(chosen.name)
    if chosen is best:
        zh, en = "对数损失最低", "it has the lowest log-loss"
    else:
        gap, error = f"{chosen.difference:.4f}", f"{chosen.standard_error:.4f}"
        zh = f"对数损失比最好的“{_candidate(best.name).zh}”高 {gap}，不到一个标准误（{error}），且更简单"
        en = (
            f"its log-loss is {gap} above that of the best, “{best.name}”, less than one standard error ({error}), "
            "and it is simpler"
        )
    after_zh = after_en = ""
    if runner_up is not None:
        after = runner_up.log_loss - chosen.log_loss
        after_zh = f"次选为“{_candidate(runner_up.name).zh}”，对数损失{'高' if after >= 0 else '低'} {abs(after):.4f}。"
        after_en = f" The runner-up is “{runner_up.name}”, {abs(after):.4f} {'above' if after >= 0 else 'below'} it."
    return Paragraph(Text(f"选用“{name.zh}”：{zh}。{after_zh}", f"“{chosen.name}” was chosen: {en}.{after_en}"))


def _candidate(name: str) -> Text:
    return Text(_CANDIDATES[name], name) if name in _CANDIDATES else Text(name, "")


def _fell_back(training: Training, fitted: Fitted) -> Paragraph:
    model = fitted.model
    if model.level == "point_table":
        return Paragraph(
            Text(
                "本领域没有任何成熟的检查结果，无法训练，故采用公布的计分表。",
                "The sector has no matured outcome to learn from, so the published point table answers.",
            )
        )
    if model.sector == GENERAL:
        return Paragraph(Text("只有一个候选，未作比较。", "There was one candidate only, nothing was compared."))
    problems = int(distinct_inspections(training, model.sector)["outcome"].sum())
    if problems >= SECTOR_PROBLEMS:
        why = ("最近一年没有可用于评判的检查", "there is no inspection of the last year to judge by")
    else:
        why = (
            f"发现问题的检查只有 {problems} 次，少于试用本领域候选所需的 {SECTOR_PROBLEMS} 次",
            f"it has {problems} inspections with a problem, fewer than the {SECTOR_PROBLEMS} needed to try candidates "
            "of its own",
        )
    return Paragraph(
        Text(
            f"本领域回退到通用模型，并按本领域校准：{why[0]}。",
            f"The sector fell back to the general model, calibrated for the sector: {why[1]}.",
        )
    )
