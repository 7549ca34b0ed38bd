"""Who may rely on the model and where it comes from: check results, lineage, signatures."""

from collections.abc import Mapping, Sequence
from typing import Any

from model.saved import SavedModel
from training.cards.blocks import Code, Section, Table, Text
from training.cards.wording import DASH
from training.checks.check import Finding
from training.recipe import CALIBRATION_SAMPLES, FOLDS, ROUNDS, SEEDS, SNAPSHOT_MONTHS, SNAPSHOTS

_VERDICTS = {
    "passed": Text("✓ 通过", "passed"),
    "failed": Text("✗ 未通过", "failed"),
    "not_applicable": Text("– 不适用", "not applicable"),
}
_SEVERITIES = {"blocking": Text("阻止", "blocking"), "warning": Text("提醒", "warning")}
_LINEAGE = {
    "as_of": Text("基准日", "as-of date"),
    "data_hash": Text("数据指纹", "data hash"),
    "code_version": Text("代码版本", "code version"),
    "standard_version": Text("标准版本", "standard version"),
    "choice": Text("选用模型", "choice"),
}
_SIGNERS = (
    Text("编制", "prepared by"),
    Text("复核", "reviewed by"),
    Text("批准", "approved by"),
)


def checks_section(findings: Sequence[Finding]) -> Section:
    """Every check with its verdict and, where it failed or did not apply, the sentence."""
    rows = tuple(
        (Text(f.check.zh, f.check.en), _SEVERITIES[f.check.severity], _VERDICTS[f.verdict], f.sentence)
        for f in findings
    )
    head = (Text("检查", "check"), Text("性质", "severity"), Text("结论", "verdict"), Text("说明", "sentence"))
    failed = frozenset(position for position, found in enumerate(findings) if found.verdict == "failed")
    return Section(Text("验收检查", "Acceptance checks"), (Table(head, rows, None, failed),))


def lineage_section(model: SavedModel, lineage: Mapping[str, Any]) -> Section:
    """Where the model comes from; the gate's evidence has a table of its own."""
    rows = [
        (_LINEAGE.get(key, Text(key, "")), Code(value) if isinstance(value, str) else _plain(value))
        for key, value in lineage.items()
        if key != "gate"
    ]
    office = (Text("标准制定科室", "office of the standard"), model.standard.office)
    recipe = (Text("训练方案", "recipe"), _recipe())
    head = (Text("项目", "item"), Text("值", "value"))
    return Section(Text("版本与来源", "Lineage"), (Table(head, (*rows, office, recipe)),))


def signatures_section() -> Section:
    """Who answers for the use of this model; filled in by hand."""
    head = (Text("职责", "role"), Text("姓名", "name"), Text("日期", "date"), Text("意见", "remarks"))
    rows = tuple((signer, "", "", "") for signer in _SIGNERS)
    return Section(Text("签署", "Signatures"), (Table(head, rows),))


def _recipe() -> Text:
    return Text(
        f"至多 {SNAPSHOTS} 个快照、间隔 {SNAPSHOT_MONTHS} 个月；按企业分 {FOLDS} 折；"
        f"树模型 {ROUNDS} 轮、{len(SEEDS)} 个种子；校准重抽样 {CALIBRATION_SAMPLES} 次",
        f"at most {SNAPSHOTS} snapshots, {SNAPSHOT_MONTHS} months apart; {FOLDS} folds by enterprise; "
        f"{ROUNDS} rounds of trees, {len(SEEDS)} seeds; {CALIBRATION_SAMPLES} calibration replicates",
    )


def _plain(value: object) -> str:
    return DASH if value is None else f"{value:.4g}" if isinstance(value, float) else str(value)
