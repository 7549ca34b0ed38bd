"""Districts with known truth: their records, and years of the whole circle lived in them."""

from pathlib import Path
from typing import Annotated

import typer

from commands.terminal import progress_console, table_console

app = typer.Typer()
simulate = typer.Typer(invoke_without_command=True)
app.add_typer(simulate, name="simulate")

Seed = Annotated[int, typer.Option(help="随机种子 random seed")]


@simulate.callback()
def district(
    context: typer.Context,
    out: Annotated[Path | None, typer.Option("--out", help="输出位置 where to write; required")] = None,
    enterprises: Annotated[int, typer.Option(min=1, help="市场主体数 enterprises")] = 30_000,
    years: Annotated[int, typer.Option(min=1, help="历史年数 years of history")] = 6,
    seed: Seed = 1,
) -> None:
    """模拟一个已知真相的辖区 Simulate a district; the truth lies beside OUT, in OUT.truth."""
    if context.invoked_subcommand is not None:
        return
    from simulation.district import simulate as run

    if out is None:
        raise typer.BadParameter("a district needs a place: give --out DIR", param_hint="--out")
    run(out, enterprises, years, seed)


@simulate.command()
def loop(
    years: Annotated[int, typer.Option(min=1, help="各策略的年数 years under each policy")] = 8,
    enterprises: Annotated[int, typer.Option(min=1, help="市场主体数 enterprises")] = 3_000,
    seed: Seed = 1,
) -> None:
    """闭环：分级、抽查、结果、再训练，各策略并排 The whole circle year by year, policies side by side."""
    from loop.run import run_district
    from loop.summary import summarise
    from loop.table import terminal_table
    from records.progress import progress_bars

    with progress_bars(progress_console()) as report:
        results = list(run_district(seed, enterprises, years, progress=report))
    table_console().print(terminal_table(summarise(results)))
