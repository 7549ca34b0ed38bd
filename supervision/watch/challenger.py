"""What would change if the challengers answered? Who would move from tier to tier, and which reasons differ.

A challenger is scored beside the champions and compared with them; it never answers (`serving.snapshot.shadow_of`).
"""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd
from rich.console import Console

from features.catalogue.everything import BY_NAME
from model.migration import Migration, migration_between
from model.standard import Standard
from model.tiers import TIERS
from records.errors import ConfigError
from supervision.report.names import TIER_NAMES, Sectors
from supervision.report.page import to_html
from supervision.report.tables import Cell, Column, Page, Remark, Section, Table, Tile
from supervision.watch.jumps import Reasons, movers
from training.cards.blocks import Text
from training.tiers.migration_table import print_migration

PAGE_FILE, LIST_FILE = "challenger.html", "challenger.csv"
SHOWN_MOVERS = 200
"""The page shows so many of those who would move; the list has all."""


@dataclass(frozen=True)
class Compared:
    """Champions (before) and challengers (after) at one date.

    `sectors` has one row per sector: sector, tiered, moved, raised and lowered (shares), margin_psi. `movers` as
    `supervision.watch.jumps.movers` gives them.
    """

    as_of: date
    migration: Migration
    sectors: pd.DataFrame
    movers: pd.DataFrame


def compare(as_of: date, champion: pd.DataFrame, challenger: pd.DataFrame) -> Compared:
    """Both have enterprise_id, sector, tier_rank, margin, reasons and contributions, of the same rows."""
    rows = []
    for sector, own in champion.groupby("sector"):
        moved = migration_between(own, challenger[challenger["sector"] == sector])
        rows.append((sector, len(own), moved.raised + moved.lowered, moved.raised, moved.lowered, moved.margin_psi))
    columns = ["sector", "tiered", "moved", "raised", "lowered", "margin_psi"]
    sectors = pd.DataFrame(rows, columns=columns).sort_values("moved", ascending=False, ignore_index=True)
    return Compared(as_of, migration_between(champion, challenger), sectors, movers(champion, challenger))


def print_compared(console: Console, compared: Compared) -> None:
    """The matrix, and how much of each sector would move."""
    print_migration(console, compared.migration, f"现任 champion → 挑战者 challenger, {compared.as_of}")
    for row in compared.sectors[compared.sectors["moved"] > 0].to_dict("records"):
        console.print(
            f"{row['sector']}: {row['tiered']:,}，上调 raised {row['raised']:.1%}，下调 lowered {row['lowered']:.1%}",
            highlight=False,
        )


def write_compared(compared: Compared, standards: Mapping[str, Standard], out: Path) -> tuple[Path, Path]:
    """Write the page and the list of all who would move into the directory `out`; each appears whole or not at all.

    Raises ConfigError if `out` is a file.
    """
    if out.exists() and not out.is_dir():
        raise ConfigError(f"A comparison is written into a directory, got the file {out}; choose another place.")
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out, prefix=".challenger-") as temporary:
        (Path(temporary) / PAGE_FILE).write_text(to_html(_page(compared, Sectors(standards))), encoding="utf-8")
        told = compared.movers.assign(moved=compared.movers["moved"].map(_in_code))
        told.to_csv(Path(temporary) / LIST_FILE, index=False)
        for name in (PAGE_FILE, LIST_FILE):
            (Path(temporary) / name).replace(out / name)
    return out / PAGE_FILE, out / LIST_FILE


def _page(compared: Compared, sectors: Sectors) -> Page:
    moved = compared.migration
    tiles = (
        Tile(Text("上调", "raised"), "share", moved.raised, Text("占已分级", "of the tiered")),
        Tile(Text("下调", "lowered"), "share", moved.lowered, Text("占已分级", "of the tiered")),
        Tile(Text("对数几率 PSI", "PSI of margins"), "index", moved.margin_psi, Text("现任与挑战者", "of the two")),
    )
    parts = (_matrix(moved), _by_sector(compared, sectors), _who(compared, sectors))
    title = Text(f"{compared.as_of} 挑战者与现任比较", f"Challenger beside champion as of {compared.as_of}")
    remark = Remark(
        Text("读法", "how to read"),
        Text(
            "挑战者只作比较，从不作答；晋升仍由人决定（fenji promote）。",
            "A challenger is compared and never answers; a person decides whether it is promoted (`fenji promote`).",
        ),
    )
    return Page(title, (remark,), (Section("challenger", Text("比较", "Comparison"), tiles, parts),))


def _matrix(moved: Migration) -> Table:
    columns = (
        Column("现任", "champion"),
        *(Column(f"挑战者{one.zh}", f"challenger {one.en}", "count") for one in TIERS),
    )
    counts = moved.counts.to_numpy()
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (TIER_NAMES[one.rank], *map(int, counts[place])) for place, one in enumerate(TIERS)
    )
    note = Text("单位：主体×领域，硬性规则照旧。", "One enterprise in one sector each; hard rules hold for both.")
    return Table(Text("等级迁移", "Migration"), columns, rows, note)


def _by_sector(compared: Compared, sectors: Sectors) -> Table:
    columns = (
        Column("领域", "sector"), Column("已分级", "tiered", "count"), Column("上调", "raised", "share"),
        Column("下调", "lowered", "share"), Column("对数几率 PSI", "PSI of margins", "index"),
    )  # fmt: skip
    rows = tuple(
        (sectors.name(row["sector"]), int(row["tiered"]), row["raised"], row["lowered"], row["margin_psi"])
        for row in compared.sectors.to_dict("records")
    )
    note = Text("没有挑战者的领域由现任作答，等级不变。", "Sectors without a challenger keep the champion's tiers.")
    return Table(Text("各领域", "By sector"), columns, rows, note)


def _who(compared: Compared, sectors: Sectors) -> Table:
    columns = (
        Column("主体", "enterprise"), Column("领域", "sector"), Column("现任", "champion"),
        Column("挑战者", "challenger"), Column("不同的理由", "reasons that differ"),
    )  # fmt: skip
    rows = tuple(
        (
            row["enterprise_id"], sectors.name(row["sector"]), TIER_NAMES[row["rank_before"]],
            TIER_NAMES[row["rank_after"]], _in_words(row["moved"]),
        )
        for row in compared.movers.head(SHOWN_MOVERS).to_dict("records")
    )  # fmt: skip
    note = Text(
        f"至多 {SHOWN_MOVERS} 条，全部在 {LIST_FILE}。括号内是贡献之差（对数几率），只看各自最强的五条。",
        f"At most {SHOWN_MOVERS}; all are in {LIST_FILE}. In brackets the challenger's contribution minus the "
        "champion's (log-odds), among the five strongest of each.",
    )
    return Table(Text("谁会变、为何", "Who would move, and why"), columns, rows, note)


def _in_words(moved: Reasons) -> Text:
    zh = "、".join(f"{BY_NAME[name].zh}（{part:+.2f}）" for name, part in moved)
    return Text(zh, ", ".join(f"{BY_NAME[name].en} ({part:+.2f})" for name, part in moved))


def _in_code(moved: Reasons) -> str:
    return "; ".join(f"{name} {part:+.4f}" for name, part in moved)
