"""The plan as a workbook: the first sheet is what the double-random platform takes, the others are for people."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from sampling.draw.folder import Fixed, Registered, strata_registered
from sampling.draw.tables import write_workbook
from sampling.draw.unit import Unit

BASIS = {"random": "随机抽查", "statutory": "法定检查"}
TIERS = {"low": "低", "medium": "中", "medium_high": "中高", "high": "高"}
PARTS = {"random": "随机抽取", "certain": "法定必查", "excluded": "不参与抽取"}


def write_sheets(
    path: Path, rows: Sequence[Mapping[str, Any]], fixed: Fixed, registered: Registered, units: Iterable[Unit]
) -> None:
    """Drawn enterprises, strata, exclusions by reason, each inspector's visits, and what was registered."""
    sheets = {
        "抽取结果 draws": _draws(rows, fixed),
        "分层 strata": _strata(registered),
        "库与排除 pool": _places(units),
        "检查人员 inspectors": _loads(rows),
        "登记 registered": _facts(rows, fixed, registered),
    }
    write_workbook(path, {name: list(lines) for name, lines in sheets.items()})


def _draws(rows: Iterable[Mapping[str, Any]], fixed: Fixed) -> Iterator[dict[str, Any]]:
    for row in rows:
        yield {
            "计划编号": row["plan_code"],
            "任务编号": row["task_code"],
            "统一社会信用代码": row["enterprise_id"],
            "监管领域": row["sector"],
            "检查依据": BASIS[row["basis"]],
            "抽样层": row["stratum"],
            "抽查对象总数": row["pool_size"],
            "抽取数": row["sample_size"],
            "入样概率": row["inclusion_probability"],
            "随机种子": row["seed"],
            "抽取时间": row["drawn_on"],
            "是否抽中": "是",
            "产生单位": fixed.office,
            "提供单位": fixed.office,
            "责任单位": fixed.office,
            "风险类别": TIERS[row["tier"]],
            "市场监督管理所": row["station"],
            "联合检查领域": "; ".join(row["joint_sectors"]),
            "检查人员": "; ".join(row["inspectors"]),
        }


def _strata(registered: Registered) -> Iterator[dict[str, Any]]:
    for stratum in strata_registered(registered):
        yield {
            "监管领域 sector": stratum.sector,
            "风险类别 tier": TIERS[stratum.tier],
            "市场监督管理所 station": stratum.station,
            "部分 part": PARTS["certain" if stratum.is_certain else "random"],
            "库中数量 N": stratum.pool_size,
            "抽取数量 n": stratum.sample_size,
            "入样概率 probability": stratum.inclusion_probability,
        }


def _places(units: Iterable[Unit]) -> Iterator[dict[str, Any]]:
    counts = Counter((unit.sector, unit.part, unit.reason) for unit in units)
    for (sector, part, reason), count in sorted(counts.items()):
        yield {"监管领域 sector": sector, "部分 part": PARTS[part], "原因 reason": reason, "数量 enterprises": count}


def _loads(rows: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    teams = {row["enterprise_id"]: row["inspectors"] for row in rows}
    loads = Counter(inspector for team in teams.values() for inspector in team)
    for inspector, count in sorted(loads.items()):
        yield {"检查人员 inspector": inspector, "户次 visits": count}


def _facts(rows: Sequence[Mapping[str, Any]], fixed: Fixed, registered: Registered) -> Iterator[dict[str, Any]]:
    for one in registered.values():
        draw = one["draw"]
        facts = {
            "任务编号 draw": draw["draw_id"],
            "登记时间 registered at": one["registered_at"],
            "审计条目 entry": f"{one['entry']} {one['entry_digest']}",
            "抽取库摘要 pool hash": draw["pool_hash"],
            "文件摘要 files hash": draw["files_hash"],
            "快照 snapshot": f"{draw['snapshot']} ({draw['as_of']})",
            "种子来源 seed source": f"{draw['seed_source']} ({draw['seed_at']})",
            "种子 seed": rows[0]["seed"],
            "年度 year": fixed.year,
        }
        yield from ({"项目 item": name, "内容 content": str(value)} for name, value in facts.items())
