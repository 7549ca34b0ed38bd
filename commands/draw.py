"""The reference double-random draw: fix and register it, draw by the published seed, verify the plan."""

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from commands.options import Out
from commands.terminal import progress_console, table_console

if TYPE_CHECKING:  # httpx is slow to load, and only these verbs need it
    from sampling.client import SamplingClient
    from sampling.draw.strata import Stratum

app = typer.Typer(
    help="双随机抽取：登记、抽取、核验 The double-random draw: register, run, verify.", no_args_is_help=True
)

TOKEN_VARIABLE = "FENJI_TOKEN"
Folder = Annotated[Path, typer.Argument(metavar="DIR", help="抽取目录 folder of the draw")]
Seed = Annotated[str, typer.Option(help="公布的种子，原样 the seed exactly as it was published")]
Url = Annotated[str, typer.Option(envvar="FENJI_URL", help="服务地址 address of the service")]
HERE = "http://127.0.0.1:3000"


@app.command()
def register(
    terms: Annotated[Path, typer.Argument(metavar="DRAW.toml", help="抽取文件 what the draw is to be")],
    out: Out,
    url: Url = HERE,
) -> None:
    """在种子存在之前写下并登记抽取库、数量与入样概率 Fix pool, sizes and chances before the seed, register."""
    from sampling.draw.register import register as run
    from sampling.draw.terms import read_terms

    with _told(), progress_console().status("登记 registering"), client_of(url) as client:
        registered = run(client, read_terms(terms), out)
    _print_strata(table_console(), registered.strata)
    parts = Counter(unit.part for unit in registered.units)
    places = f"随机 random {parts['random']:,}, 必查 certain {parts['certain']:,}, 排除 excluded {parts['excluded']:,}"
    progress_console().print(places, highlight=False)
    if registered.unmatched:
        told = f"注意：未对应任何企业的排除 exclusions that meet nobody: {len(registered.unmatched):,}"
        progress_console().print(f"{told}, {registered.unmatched[0][0]} ...", highlight=False)
    progress_console().print(
        f"已登记 registered → {out}; 种子公布后 then: fenji draw run {out} --seed", highlight=False
    )


@app.command()
def run(folder: Folder, seed: Seed, url: Url = HERE) -> None:
    """按公布的种子抽取企业和检查人员，写出计划并送交服务 Draw by the published seed, write the plan and hand it in."""
    from sampling.draw.run import run as draw
    from serving.clock import now

    with _told(), progress_console().status("抽取 drawing"), client_of(url) as client:
        rows = draw(client, folder, seed, now())
    visits = len({row["enterprise_id"] for row in rows})
    progress_console().print(f"抽中 drawn: {len(rows):,}，户次 visits: {visits:,} → {folder}", highlight=False)


@app.command()
def verify(
    folder: Folder,
    seed: Seed,
    url: Annotated[
        str | None, typer.Option(help="另与服务所存核对 compare with what this service keeps as well")
    ] = None,
) -> None:
    """由公布的种子重新推出抽取结果，逐行核对；无需服务 Derive the draw again from the seed, and compare every row."""
    from sampling.draw.kept import check_kept
    from sampling.draw.verify import verify as check

    with _told(is_audit=True):
        rows = check(folder, seed)
        if url is not None:
            with client_of(url) as client:
                check_kept(client, folder, rows)
    table_console().print(f"核验一致 verified: {len(rows):,} 行 rows", highlight=False)


def client_of(url: str) -> "SamplingClient":
    """A client of the service there, with the token in FENJI_TOKEN if there is one."""
    from sampling.client import SamplingClient

    return SamplingClient(url, os.environ.get(TOKEN_VARIABLE))


@contextmanager
def _told(is_audit: bool = False) -> Iterator[None]:
    """Let what the sampling module refuses end as the command's own errors, with their exit codes."""
    from records.errors import AuditError, ConfigError, RequestError
    from sampling.draw.mistake import DrawError
    from sampling.errors import RefusedError, ServiceError

    try:
        yield
    except DrawError as error:
        raise (AuditError if is_audit else ConfigError)(str(error)) from None
    except RefusedError as error:
        raise RequestError(error.code, error.field, str(error), error.status) from None
    except ServiceError as error:
        raise ConfigError(str(error)) from None


def _print_strata(console: Console, strata: "list[Stratum]") -> None:
    headings = ("领域 sector", "层 stratum", "N", "n", "入样概率 chance")
    table = Table(*headings, title="分层 Strata")
    for one in strata:
        table.add_row(
            one.sector, one.name, f"{one.pool_size:,}", f"{one.sample_size:,}", f"{one.inclusion_probability:.4f}"
        )
    console.print(table)
