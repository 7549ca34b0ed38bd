"""The sectors' standards: cuts proposed, and what is published."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from commands.options import SECTORS, AsOf, Location, Out, Standards
from commands.terminal import progress_console

app = typer.Typer(help="各领域标准 the sectors' standards", no_args_is_help=True)


@app.command()
def propose(
    location: Location,
    as_of: AsOf,
    standards: Standards = SECTORS,
    confidence: Annotated[float, typer.Option(help="每一类别守诺的把握 confidence of each tier's promise")] = 0.9,
    capacity: Annotated[float | None, typer.Option(help="每年可抽查次数 random inspections a year")] = None,
    sector: Annotated[str | None, typer.Option(help="只看一个领域 one sector only")] = None,
    out: Annotated[Path | None, typer.Option(help="建议分界 TOML proposed cuts")] = None,
) -> None:
    """由以往结果建议分界，由人采纳 Suggest cuts that keep each tier's promise; changes no standard."""
    from model.standard import read_standards
    from records.check import load_records
    from records.progress import progress_bars
    from training.tiers.proposal_table import print_proposal, proposal_toml
    from training.tiers.proposals import propose_standards

    with progress_bars(progress_console()) as report:
        report("读取与校验 reading and checking", 0, 1)
        records, known = load_records(location), read_standards(standards)
        proposals = propose_standards(records, known, as_of.date(), confidence, capacity, sector, report)
    for proposal in proposals:
        print_proposal(Console(), proposal, confidence)
    if out:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(proposal_toml(proposals, as_of.date(), confidence), encoding="utf-8")


@app.command()
def publish(out: Out, standards: Standards = SECTORS) -> None:
    """发布：把各领域标准和指标字典写成可公开的双语静态网站 Write the standards as a site fit for the public."""
    from model.standard import read_standards
    from records.progress import progress_bars
    from supervision.publication.site import publish as run

    with progress_bars(progress_console()) as report:
        count = run(read_standards(standards), out, report)
    progress_console().print(f"已发布 published {count} 个文件 files → {out}", highlight=False)
