"""结果应用 and 双随机: how the tiers were used in the month, and how the double-random draws went."""

from collections.abc import Mapping

import pandas as pd

from model.standard import Standard
from supervision.report.draws import completion, draws_by_task, draws_by_tier, ratios, selections_of
from supervision.report.findings import (
    findings_between,
    found_by_sector,
    found_by_sector_and_tier,
    found_by_tier,
    rate_of,
    visits_by_basis,
)
from supervision.report.known import Known
from supervision.report.names import Sectors
from supervision.report.tables import Moved, Number, Part, Picture, Section, Table, Tile, counted, label_of, share_of
from supervision.report.tiering import Tierings
from training.cards.blocks import Text
from training.metrics import Rate
from training.outcomes import is_drawn, is_targeted


def application_section(now: Known, tierings: Tierings, standards: Mapping[str, Standard], sectors: Sectors) -> Section:
    """The third axis: who was drawn, at which ratio, and what was found, by tier."""
    before, found = tierings.before, found_by_tier(now, tierings.before, standards)
    parts: tuple[Table | Picture, ...] = (draws_by_tier(now, before), found, _tier_rates(found))
    if before is not None:
        parts = (
            *parts,
            found_by_sector_and_tier(now, before, standards, sectors),
            ratios(now, before, standards, sectors),
        )
    return Section("application", Text("结果应用", "Application of results"), _rate_tiles(now, standards), parts)


def _tier_rates(found: Table) -> Picture:
    """What random draws tell of each tier in which there were any."""
    rates = {label_of(row[0]): row[3] for row in found.rows}
    numbers = pd.DataFrame(
        [(label, rate.rate, rate.low, rate.high) for label, rate in rates.items() if isinstance(rate, Rate)],
        columns=["tier", "value", "low", "high"],
    )
    text = Text("各类别问题率（随机抽查）", "rates by tier, random draws")
    return Picture("estimates", text, Text("问题率", "rate of problems"), numbers.set_index("tier"))


def double_random_section(
    now: Known, before: Known | None, standards: Mapping[str, Standard], sectors: Sectors
) -> Section:
    """The fifth axis: tasks, completion, and what inspections of every basis found."""
    return Section(
        "double_random",
        Text("双随机", "Double-random inspection"),
        _draw_tiles(now, before),
        (
            completion(now, before, sectors),
            draws_by_task(now, sectors),
            visits_by_basis(now, before, standards),
            found_by_sector(now, standards, sectors),
        ),
    )


def _rate_tiles(now: Known, standards: Mapping[str, Standard]) -> tuple[Tile, ...]:
    if "inspections" not in now.given:
        nothing = Text("未提供检查记录", "no inspections given")
        return (Tile(Text("随机抽查问题率", "rate of random draws"), "rate", None, nothing),)
    rows = findings_between(now, standards, now.month.start, now.month.end)
    drawn, targeted = rows[is_drawn(rows)], rows[is_targeted(rows)]
    rate = rate_of(rows)
    observed = Part(int(targeted["outcome"].sum()), len(targeted))
    return (
        Tile(
            Text("随机抽查问题率", "rate of random draws"),
            "rate",
            float("nan") if rate is None else rate,
            Text(f"本月随机抽查 {len(drawn):,} 次", f"{len(drawn):,} random draws"),
        ),
        Tile(
            Text("针对性检查所见", "observed, targeted"),
            "part",
            observed,
            Text(f"本月针对性检查 {len(targeted):,} 次", f"{len(targeted):,} targeted inspections"),
        ),
    )


def _draw_tiles(now: Known, before: Known | None) -> tuple[Tile, ...]:
    drawn, done = _drawn_and_done(now)
    past_drawn, past_done = _drawn_and_done(before) if before else (None, None)
    of = Text("本月抽中", "of those drawn in the month")
    return (
        Tile(Text("抽中", "drawn"), "count", Moved(drawn, past_drawn), Text("本月", "in the month")),
        Tile(Text("已查", "inspected"), "count", Moved(done, past_done), of),
        Tile(
            Text("已查占比", "share inspected"),
            "share",
            Moved(share_of(done, drawn), share_of(past_done, past_drawn)),
            of,
        ),
    )


def _drawn_and_done(known: Known) -> tuple[Number, Number]:
    chosen, is_given = selections_of(known, known.month.start), "selections" in known.given
    return counted(chosen, is_given), counted(chosen[chosen["result"] != "open"], is_given)
