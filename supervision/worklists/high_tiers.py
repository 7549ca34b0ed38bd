"""High tiers (高): a person must confirm each before it is acted on."""

from collections.abc import Hashable

import pandas as pd

from features.catalogue.everything import BY_NAME
from model.tiers import HIGH_RANK
from supervision.worklists.ledger import Ledger
from supervision.worklists.worklist import ListColumn, Row, Words, Worklist

SHOWN_REASONS = 5


def pending(ledger: Ledger) -> pd.DataFrame:
    """Every high tier, one row per enterprise and sector, with the records behind what raises the risk.

    Where nobody says which indicators do (`Ledger.answers`), the records behind any indicator are named; a tier that
    rests on none names the register entry. The tier is due for confirmation from the date it holds for.
    """
    high = ledger.tiers[ledger.tiers["tier_rank"] == HIGH_RANK].reset_index(drop=True)
    named = high["indicators"] if "indicators" in high else pd.Series([[]] * len(high), dtype="object")
    behind = _references(ledger, high)
    keys = zip(high["enterprise_id"], high["sector"], strict=True)
    return high.assign(
        due_on=ledger.midnight,
        office=high["sector"].map(ledger.office_of),
        reasons_zh=named.map(lambda names: _labels(names, "zh")).astype("str"),
        reasons_en=named.map(lambda names: _labels(names, "en")).astype("str"),
        records=pd.Series([behind.get(key, [f"enterprises:{key[0]}"]) for key in keys], dtype="object"),
    )


def _references(ledger: Ledger, high: pd.DataFrame) -> dict[tuple[Hashable, ...], list[str]]:
    """The records of each row, sorted; a record of any sector counts for every row of its enterprise."""
    if not len(high):
        return {}
    found = ledger.evidence_of(high["enterprise_id"].unique().tolist())
    found = found.rename(columns={"sector": "record_sector"}).merge(high, on="enterprise_id")
    found = found[found["record_sector"].isna() | (found["record_sector"] == found["sector"])]
    if "indicators" in found:
        raises = [name in names for name, names in zip(found["indicator"], found["indicators"], strict=True)]
        found = found[pd.Series(raises, index=found.index, dtype="bool")]
    subject = found["indicator"].map({name: indicator.subject for name, indicator in BY_NAME.items()})
    found = found.assign(reference=subject + ":" + found["record_id"])
    unique = found[["enterprise_id", "sector", "reference"]].drop_duplicates().sort_values("reference")
    return {key: list(own) for key, own in unique.groupby(["enterprise_id", "sector"])["reference"]}


def _labels(names: list[str], language: str) -> str:
    separator = "；" if language == "zh" else "; "
    return separator.join(getattr(BY_NAME[name], language) for name in names[:SHOWN_REASONS])


def _why(row: Row) -> Words:
    zh, en = "风险类别为高", "In the high tier"
    if pd.notna(row["probability"]):
        zh += f"（问题概率{row['probability']:.1%}）"
        en += f" (probability of a problem {row['probability']:.1%})"
    zh, en = f"{zh}，须经人工确认后方可使用", f"{en}, to be confirmed by a person before it is used"
    if row["reasons_zh"]:
        zh, en = f"{zh}；升高风险的指标：{row['reasons_zh']}", f"{en}; raised by: {row['reasons_en']}"
    return f"{zh}。", f"{en}."


PENDING = Worklist(
    name="high_tier_confirmations",
    zh="高风险类别待确认",
    en="High tiers to be confirmed",
    source="《个人信息保护法》第二十四条（不得仅以自动化决策作出对个人权益有重大影响的决定）；本局项目决定",
    action_zh="核对依据记录与理由，确认或提出调整。",
    action_en="Check the records and reasons, then confirm the tier or propose another.",
    columns=(
        ListColumn("probability", "问题概率", "Probability of a problem", "float"),
        ListColumn("reasons_zh", "升高风险的指标", "What raises the risk, in Chinese"),
        ListColumn("reasons_en", "升高风险的指标（英文）", "What raises the risk, in English"),
    ),
    rows=pending,
    why=_why,
    needs_tiers=True,
)
