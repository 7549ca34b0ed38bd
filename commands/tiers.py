"""What goes into service (release, snapshot, list extract), and what a snapshot says."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from commands.options import SECTORS, STATE, AsOf, By, Despite, Location, Root, Standards
from commands.spark import LOCAL_SPARK, Anywhere, Conf, EngineName, Master, spark_settings
from commands.terminal import progress_console

app = typer.Typer()


@app.command()
def release(
    standards: Standards = SECTORS,
    root: Root = Path(),
    out: Annotated[Path, typer.Option(help="发布目录的上级 folder of releases")] = STATE / "releases",
    challenger: Annotated[
        bool, typer.Option("--challenger", help="并带上待晋升的模型，只作比较 and the models that wait, for comparison")
    ] = False,
    by: By = None,
    despite: Despite = None,
) -> None:
    """汇集各领域现任模型为一个发布，存入 BentoML Gather the champions into one release, a BentoML model."""
    from model.alerts import refuse_while_broken
    from model.routing import read_routing
    from model.standard import read_standards
    from records.login import login_name
    from serving.audit.commands import accounted
    from serving.current import alerts_in_service
    from serving.digests import digest_of_file
    from serving.places import current_path
    from serving.release import RELEASE_FILE, release_into
    from serving.store import store_release
    from training.registry.versions import challengers, champions

    remark = refuse_while_broken(alerts_in_service(current_path()), despite)
    known, best, beside = read_standards(standards), champions(root), challengers(root) if challenger else {}
    with progress_console().status("汇集发布 gathering the release"), accounted(by or login_name()) as write_down:
        directory = release_into(out, best, known, read_routing(standards, known), beside)
        tag = store_release(directory)
        told = {"release": digest_of_file(directory / RELEASE_FILE), "tag": tag}
        write_down("released", told | ({"despite": remark} if remark else {}))
    progress_console().print(f"发布 release {tag} → {directory}", highlight=False)


@app.command()
def score(
    location: Location,
    as_of: AsOf,
    out: Anywhere,
    release: Annotated[
        Path | None, typer.Option(help="发布目录，默认最近一次 release directory, default the latest")
    ] = None,
    publish: Annotated[
        bool | None,
        typer.Option(help="投入服务并存入 BentoML 模型库 put into service and into the BentoML model store"),
    ] = None,
    engine: EngineName = "duckdb",
    master: Master = None,
    conf: Conf = None,
) -> None:
    """为全部主体分级，写成不可变快照 Tier the whole population into an immutable snapshot (on Spark: into Parquet)."""
    from records.progress import progress_bars
    from serving.release import latest_release, load_release

    settings = spark_settings(engine, master, conf)
    if engine == "spark" and publish:
        raise typer.BadParameter("the service answers from a snapshot, which DuckDB writes: leave out --publish")
    directory = release or latest_release(STATE / "releases")
    with progress_bars(progress_console()) as report:
        if engine == "spark":
            from serving.scoring.on_spark import run_score

            rows = run_score(location, directory, as_of.date(), out, master or LOCAL_SPARK, settings, report)
            progress_console().print(f"{rows:,} 行 rows → {out}", highlight=False)
            return
        from records.check import checked_records
        from records.quality import overall_quality
        from records.threads import allowed_threads
        from serving.scoring.population import score_population

        released = load_release(directory)
        with _putting_into_service(publish is not False) as put:
            report("读取与校验 reading and checking", 0, 1)
            checked = checked_records(location)
            quality = overall_quality(checked)
            score_population(checked.accepted, released, as_of.date(), Path(out), report, allowed_threads(), quality)
            if put is not None:
                put(directory, Path(out))
    progress_console().print(f"快照 snapshot → {out}; 汇总 summary: fenji tiers {out}", highlight=False)


def _putting_into_service(is_wanted: bool) -> AbstractContextManager[Callable[..., None] | None]:
    """Yields what puts a snapshot into service; null where that is not wanted, which then waits for nothing of it."""
    if not is_wanted:
        return nullcontext()
    from serving.into_service import into_service  # loads BentoML, which is slow

    return into_service()


@app.command()
def lists(
    location: Location,
    as_of: AsOf,
    out: Annotated[Path, typer.Option(help="提取目录的上级 folder of extracts")] = STATE / "lists",
    publish: Annotated[bool, typer.Option(help="投入服务 put into service")] = True,
) -> None:
    """提取在列名录与名单，供审批系统比对 Extract the entries of both lists for comparison with applicants."""
    from records.check import load_records
    from records.progress import progress_bars
    from serving.clock import now
    from serving.lists.current import write_current_lists
    from serving.lists.extract import load_extract
    from serving.lists.writing import write_extract
    from serving.places import lists_path

    with progress_bars(progress_console()) as report:
        report("读取与校验 reading and checking", 0, 1)
        directory = write_extract(load_records(location), as_of.date(), out, now().date())
    if publish:
        write_current_lists(lists_path(), directory)
    summary = load_extract(directory).summary()
    progress_console().print(f"名单提取 list extract as of {as_of.date()}: {summary} → {directory}", highlight=False)


@app.command()
def tiers(
    snapshot: Annotated[Path, typer.Argument(metavar="SNAPSHOT", help="快照目录 snapshot directory")],
    truth: Annotated[Path | None, typer.Option(help="模拟真相目录 the simulator's truth")] = None,
) -> None:
    """打印分级汇总表 Print the tier table of a snapshot, with true rates where the district is simulated."""
    from serving.tier_table import print_tiers
    from simulation.truth import true_rates

    print_tiers(Console(), snapshot, true_rates(truth) if truth else None)


@app.command()
def migration(
    before: Annotated[Path, typer.Argument(metavar="SNAPSHOT_A", help="较早的快照 earlier snapshot")],
    after: Annotated[Path, typer.Argument(metavar="SNAPSHOT_B", help="较晚的快照 later snapshot")],
) -> None:
    """两份快照之间的等级迁移与稳定性 Who moved between two snapshots: migration matrix and stability."""
    from model.migration import migration_between
    from serving.answers import answers_of
    from serving.snapshot import load_snapshot
    from training.tiers.migration_table import print_migration

    first, second = load_snapshot(before), load_snapshot(after)
    moved = migration_between(answers_of(first), answers_of(second))
    model = "同一发布 one release" if first.release == second.release else "两个发布 two releases"
    print_migration(Console(), moved, f"等级迁移 migration {first.as_of} → {second.as_of}, {model}")


@app.command()
def challenger(
    snapshot: Annotated[Path, typer.Argument(metavar="SNAPSHOT", help="快照目录 snapshot directory")],
    out: Annotated[Path | None, typer.Option(help="比较页与名单的目录 folder for the page and the list")] = None,
    standards: Standards = SECTORS,
) -> None:
    """挑战者与现任比较：谁会换等级、为何；从不作答 Who would move under the challenger, and why; it never answers."""
    from model.standard import read_standards
    from serving.answers import answers_with_reasons
    from serving.snapshot import load_snapshot, shadow_of
    from supervision.watch.challenger import compare, print_compared, write_compared

    opened = load_snapshot(snapshot)
    compared = compare(opened.as_of, answers_with_reasons(opened), answers_with_reasons(shadow_of(opened)))
    print_compared(Console(), compared)
    if out:
        for path in write_compared(compared, read_standards(standards), out):
            progress_console().print(f"挑战者比较 comparison → {path}", highlight=False)
