"""Records and indicators: what is checked, exchanged with other systems and described."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from commands.options import SECTORS, AsOf, Location, Out, Standards, SystemName
from commands.spark import LOCAL_SPARK, Anywhere, Conf, EngineName, Master, spark_settings
from commands.terminal import progress_console, table_console

app = typer.Typer()


@app.command()
def check(
    location: Location, out: Annotated[Path | None, typer.Option(help="隔离清单与摘要的目录 reports")] = None
) -> None:
    """校验记录：计数、隔离原因、七项数据质量 Validate records; quarantine bad rows with a reason each."""
    from records.report import run_check

    raise typer.Exit(run_check(location, out))


@app.command()
def build(
    location: Location,
    as_of: AsOf,
    out: Anywhere,
    engine: EngineName = "duckdb",
    master: Master = None,
    conf: Conf = None,
) -> None:
    """计算基准日的全部指标 Build every indicator at one as-of date (Parquet, or CSV by suffix)."""
    from records.progress import progress_bars

    settings = spark_settings(engine, master, conf)
    with progress_bars(progress_console()) as report:
        if engine == "spark":
            from features.spark.build import run_build

            rows = run_build(location, as_of.date(), out, master or LOCAL_SPARK, settings, report)
        else:
            from features.build import survey
            from features.written import write_population
            from records.check import load_records

            report("读取与校验 reading and checking", 0, 1)
            records = load_records(location)
            report("指标 indicators", 0, 1)
            rows = write_population(survey(records, as_of.date()), Path(out), report)
    from features.catalogue.everything import INDICATORS

    progress_console().print(f"{rows:,} 行 rows × {len(INDICATORS)} 指标 indicators → {out}", highlight=False)


@app.command("import")
def import_(
    system: SystemName,
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="CSV、XLSX 或 JSON 文件 delivered files")],
    into: Annotated[Path, typer.Option("--into", metavar="DIR", help="记录目录 directory of records")],
    layout: Annotated[str | None, typer.Option(help="版式，默认按表头识别 layout, default by the headers")] = None,
    known_at: Annotated[
        datetime | None,
        typer.Option("--known-at", formats=["%Y-%m-%d", "%Y-%m-%d %H:%M:%S"], help="交付时间 when it was delivered"),
    ] = None,
    history: Annotated[
        bool, typer.Option("--history", help="补录历史：按各行自带的时间 each row known since its own stamp")
    ] = False,
    producer: Annotated[str | None, typer.Option(help="产生单位，行内为空时 producer, where a row has none")] = None,
    provider: Annotated[str | None, typer.Option(help="提供单位 provider")] = None,
    responsible: Annotated[str | None, typer.Option(help="责任单位 responsible party")] = None,
    amounts: Annotated[str | None, typer.Option(help="未注明单位的金额：yuan 或 wan unit of bare amounts")] = None,
    standards: Standards = SECTORS,
) -> None:
    """导入外部系统的文件：新记录、更正、未变、隔离 Import a system's files; every row is told."""
    from model.grades import native_ranks
    from model.standard import read_standards
    from records.systems.command import run_import

    run_import(
        system,
        files,
        into,
        layout=layout,
        known_at=known_at,
        is_history=history,
        owners={"producer": producer, "provider": provider, "responsible": responsible},
        amounts=amounts,
        scales=native_ranks(read_standards(standards)) if system == "classification" else None,
        console=Console(),
        progress=progress_console(),
    )


@app.command()
def export(
    system: SystemName,
    layout: Annotated[str, typer.Argument(metavar="LAYOUT", help="inspections、lists、leads 或 tiers")],
    out: Out,
    records: Annotated[str | None, typer.Option("--from", metavar="DIR", help="记录目录 directory of records")] = None,
    as_of: Annotated[
        datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"], help="记录的基准日 as-of date of the records")
    ] = None,
    since: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="发生日期自 occurred from")] = None,
    until: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="发生日期止（不含） before")] = None,
    snapshot: Annotated[Path | None, typer.Option(help="快照目录（tiers） snapshot, for tiers")] = None,
    standards: Standards = SECTORS,
    encoding: Annotated[str, typer.Option(help="utf-8、utf-8-sig 或 gb18030")] = "utf-8",
) -> None:
    """导出给外部系统：检查结果、名单、线索、分级 Write what a system takes, under its own names and codes."""
    from records.systems.command import is_tiers, run_export, subject_of

    if is_tiers(system, layout):
        from model.standard import read_standards
        from serving.platform_tiers import platform_rows
        from serving.snapshot import load_snapshot

        if snapshot is None:
            raise typer.BadParameter("tiers are those of a snapshot: give --snapshot")
        rows = platform_rows(load_snapshot(snapshot), read_standards(standards))
    else:
        from features.evidence import visible_records
        from records.check import load_records

        subject = subject_of(system, layout)
        if records is None or as_of is None:
            raise typer.BadParameter("records need --from DIR and --as-of DATE")
        with progress_console().status("读取与校验 reading and checking"):
            visible = visible_records(load_records(records), as_of.date())
        rows = visible.tables[subject].to_pyarrow().to_pylist()
    since_day, until_day = since and since.date(), until and until.date()
    run_export(system, layout, rows, out, since=since_day, until=until_day, encoding=encoding, console=Console())


@app.command()
def systems(out: Out) -> None:
    """生成外部系统文件说明 Write the page of the systems' files, fields and codes (Markdown)."""
    from records.systems.guide import write_guide

    write_guide(out)


@app.command()
def dictionary(out: Out) -> None:
    """生成指标字典 Write the feature dictionary (Markdown)."""
    from features.dictionary import write_dictionary

    write_dictionary(out)


@app.command()
def scope() -> None:
    """分级范围：每个类型代码与统一代码开头的裁定 Who is classified: the ruling per code."""
    from records.scope_table import print_scope

    print_scope(table_console())
