"""The `fenji` command: each verb a few lines that call one function, imported when called."""

import json
import os
import sys
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console

from records.errors import ConfigError, FenjiError

app = typer.Typer(
    help="分级 Fenji：企业信用风险分级服务 credit-risk tiers for differentiated inspection.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

standards_app = typer.Typer(help="各领域标准 the sectors' standards", no_args_is_help=True)
app.add_typer(standards_app, name="standards")

token_app = typer.Typer(help="服务令牌 tokens of the service's callers", no_args_is_help=True)
app.add_typer(token_app, name="token")

audit_app = typer.Typer(help="审计日志 the audit log", no_args_is_help=True)
app.add_typer(audit_app, name="audit")

SECTORS = Path(__file__).parent / "sectors"
STATE = Path("var")
LOCAL_SPARK = "local[*]"
"""Spark in this process's own Java machine, on all cores."""
LOG_WIDTH = 120
"""Columns of tables that go into a log rather than to a terminal."""

Location = Annotated[
    str,
    typer.Argument(metavar="DIR", help="记录目录，或 DuckDB 文件、postgresql:// 地址 records: directory or database"),
]
AsOf = Annotated[
    datetime,
    typer.Option("--as-of", formats=["%Y-%m-%d"], help="基准日零时（北京时间） as-of date, 00:00 Asia/Shanghai"),
]
Standards = Annotated[Path, typer.Option("--standards", help="各领域标准的目录 directory of sector standards")]
Root = Annotated[Path, typer.Option("--root", help="mlruns/ 所在目录 folder that holds mlruns/")]
Out = Annotated[Path, typer.Option("--out", help="输出位置 where to write")]
Anywhere = Annotated[str, typer.Option("--out", help="输出位置 where to write")]
EngineName = Annotated[Literal["duckdb", "spark"], typer.Option(help="本机或 Spark 集群 this machine, or Spark")]
Master = Annotated[
    str | None,
    typer.Option(metavar="MASTER", help="Spark 主节点，默认 local[*] Spark's master: spark://HOST:7077, yarn ..."),
]
Conf = Annotated[
    list[str] | None, typer.Option(metavar="KEY=VALUE", help="Spark 设置，可重复 a setting of Spark, may be repeated")
]
Why = Annotated[str, typer.Option("--why", help="理由，写入历史 the reason, kept in the history")]
SystemName = Annotated[
    str, typer.Argument(metavar="SYSTEM", help="publicity、double_random、collaborative 或 classification")
]
By = Annotated[str | None, typer.Option("--by", help="经办人，默认登录名 who decides, default the login name")]


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

    settings = _spark_settings(engine, master, conf)
    with progress_bars(_console()) as report:
        if engine == "spark":
            from features.spark.build import run_build

            rows = run_build(location, as_of.date(), out, master or LOCAL_SPARK, settings, report)
        else:
            from features.build import build_frame, write_frame
            from records.check import load_records

            report("读取与校验 reading and checking", 0, 1)
            records = load_records(location)
            report("指标 indicators", 0, 1)
            frame = build_frame(records, as_of.date())
            write_frame(frame, Path(out))
            rows = len(frame.keys)
    from features.catalogue.everything import INDICATORS

    _console().print(f"{rows:,} 行 rows × {len(INDICATORS)} 指标 indicators → {out}", highlight=False)


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
        progress=_console(),
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
        with _console().status("读取与校验 reading and checking"):
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

    print_scope(Console(width=None if sys.stdout.isatty() else LOG_WIDTH))


@app.command()
def simulate(
    out: Out,
    enterprises: Annotated[int, typer.Option(min=1, help="市场主体数 enterprises")] = 30_000,
    years: Annotated[int, typer.Option(min=1, help="历史年数 years of history")] = 6,
    seed: Annotated[int, typer.Option(help="随机种子 random seed")] = 1,
) -> None:
    """模拟一个已知真相的辖区 Simulate a district; the truth lies beside OUT, in OUT.truth."""
    from simulation.district import simulate as run

    run(out, enterprises, years, seed)


@app.command()
def train(location: Location, as_of: AsOf, standards: Standards = SECTORS, root: Root = Path()) -> None:
    """训练通用与各领域模型并登记 Train, gate, calibrate, check and register the models of all sectors."""
    from model.standard import read_standards
    from records.check import checked_records
    from records.quality import measure_quality
    from training.run import train as run

    checked = checked_records(location)
    run(checked.accepted, read_standards(standards), as_of.date(), root, _console(), measure_quality(checked))


@app.command()
def promote(
    why: Why,
    sectors: Annotated[list[str] | None, typer.Argument(metavar="SECTOR...", help="领域 sectors")] = None,
    everything: Annotated[bool, typer.Option("--all", help="全部待晋升的领域 every sector that waits")] = False,
    by: By = None,
    root: Root = Path(),
) -> None:
    """晋升：通过全部阻止性检查的挑战者成为现任 Let the challenger answer, if no blocking check refused it."""
    from records.login import login_name
    from serving.audit.commands import accounted_moves
    from training.registry.promotion import history, promote_sectors

    if everything == bool(sectors):
        raise typer.BadParameter("name sectors, or give --all, not both")
    who = by or login_name()
    with accounted_moves(who, partial(history, root)):
        promote_sectors(root, sectors or None, who, why, Console())


@app.command()
def rollback(
    sector: Annotated[str, typer.Argument(metavar="SECTOR", help="领域 sector")],
    why: Why,
    by: By = None,
    root: Root = Path(),
) -> None:
    """回退：撤销该领域最近一次晋升 Undo the last promotion of a sector."""
    from records.login import login_name
    from serving.audit.commands import accounted_moves
    from training.registry.promotion import history, roll_back

    who = by or login_name()
    with accounted_moves(who, partial(history, root)):
        roll_back(root, sector, who, why, Console())


@app.command()
def history(
    sector: Annotated[str | None, typer.Argument(metavar="[SECTOR]", help="领域，默认全部 sector, default all")] = None,
    root: Root = Path(),
) -> None:
    """晋升与回退的历史：何人、何时、为何 Who moved which champion, when and why."""
    from training.registry.promotion import print_history

    print_history(Console(width=None if sys.stdout.isatty() else LOG_WIDTH), root, sector)


@app.command()
def backtest(
    location: Location,
    as_of: AsOf,
    standards: Standards = SECTORS,
    json_file: Annotated[Path | None, typer.Option("--json", help="结果 JSON figures")] = None,
    scores: Annotated[Path | None, typer.Option(help="评分 Parquet scores")] = None,
    horizon: Annotated[int | None, typer.Option(min=1, help="展望期（天），替代标准所定 horizon in days")] = None,
) -> None:
    """回测：用 T 之前所知训练，与 T 之后首次检查对照 Judge the pipeline on what followed T."""
    from model.standard import read_standards
    from records.check import load_records
    from records.progress import progress_bars
    from training.backtest import backtest as run
    from training.summary import print_backtest

    with progress_bars(_console()) as report:
        report("读取与校验 reading and checking", 0, 1)
        result = run(load_records(location), read_standards(standards), as_of.date(), horizon, report)
    if json_file:
        json_file.parent.mkdir(parents=True, exist_ok=True)
        json_file.write_text(json.dumps(result.report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    if scores:
        scores.parent.mkdir(parents=True, exist_ok=True)
        result.scores.to_parquet(scores, index=False)
    print_backtest(Console(), result.report)


@app.command()
def release(
    standards: Standards = SECTORS,
    root: Root = Path(),
    out: Annotated[Path, typer.Option(help="发布目录的上级 folder of releases")] = STATE / "releases",
    by: By = None,
) -> None:
    """汇集各领域现任模型为一个发布，存入 BentoML Gather the champions into one release, a BentoML model."""
    from model.routing import read_routing
    from model.standard import read_standards
    from records.login import login_name
    from serving.audit.commands import accounted
    from serving.digests import digest_of_file
    from serving.release import RELEASE_FILE, release_into
    from serving.store import store_release
    from training.registry.versions import champions

    known, best = read_standards(standards), champions(root)
    with _console().status("汇集发布 gathering the release"), accounted(by or login_name()) as write_down:
        directory = release_into(out, best, known, read_routing(standards, known))
        tag = store_release(directory)
        write_down("released", {"release": digest_of_file(directory / RELEASE_FILE), "tag": tag})
    _console().print(f"发布 release {tag} → {directory}", highlight=False)


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

    settings = _spark_settings(engine, master, conf)
    if engine == "spark" and publish:
        raise typer.BadParameter("the service answers from a snapshot, which DuckDB writes: leave out --publish")
    directory = release or latest_release(STATE / "releases")
    with progress_bars(_console()) as report:
        if engine == "spark":
            from serving.population_on_spark import run_score

            rows = run_score(location, directory, as_of.date(), out, master or LOCAL_SPARK, settings, report)
            _console().print(f"{rows:,} 行 rows → {out}", highlight=False)
            return
        from records.check import load_records
        from serving.population import score_population

        report("读取与校验 reading and checking", 0, 1)
        score_population(load_records(location), load_release(directory), as_of.date(), Path(out), report, threads=2)
    if publish is not False:
        from serving.current import write_current
        from serving.places import current_path
        from serving.store import store_current

        write_current(current_path(), directory, Path(out))
        store_current()
    _console().print(f"快照 snapshot → {out}; 汇总 summary: fenji tiers {out}", highlight=False)


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

    with progress_bars(_console()) as report:
        report("读取与校验 reading and checking", 0, 1)
        directory = write_extract(load_records(location), as_of.date(), out, now().date())
    if publish:
        write_current_lists(lists_path(), directory)
    summary = load_extract(directory).summary()
    _console().print(f"名单提取 list extract as of {as_of.date()}: {summary} → {directory}", highlight=False)


@app.command()
def tiers(
    snapshot: Annotated[Path, typer.Argument(metavar="SNAPSHOT", help="快照目录 snapshot directory")],
    truth: Annotated[Path | None, typer.Option(help="模拟真相目录 the simulator's truth")] = None,
) -> None:
    """打印分级汇总表 Print the tier table of a snapshot, with true rates where the district is simulated."""
    from serving.tier_table import print_tiers
    from simulation.truth import true_rates

    print_tiers(Console(), snapshot, true_rates(truth) if truth else None)


@standards_app.command()
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

    with progress_bars(_console()) as report:
        report("读取与校验 reading and checking", 0, 1)
        records, known = load_records(location), read_standards(standards)
        proposals = propose_standards(records, known, as_of.date(), confidence, capacity, sector, report)
    for proposal in proposals:
        print_proposal(Console(), proposal, confidence)
    if out:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(proposal_toml(proposals, as_of.date(), confidence), encoding="utf-8")


@standards_app.command()
def publish(out: Out, standards: Standards = SECTORS) -> None:
    """发布：把各领域标准和指标字典写成可公开的双语静态网站 Write the standards as a site fit for the public."""
    from model.standard import read_standards
    from records.progress import progress_bars
    from supervision.publication.site import publish as run

    with progress_bars(_console()) as report:
        count = run(read_standards(standards), out, report)
    _console().print(f"已发布 published {count} 个文件 files → {out}", highlight=False)


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
def worklist(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="清单名称 name of the list")] = None,
    location: Annotated[str | None, typer.Argument(metavar="DIR", help="记录目录或数据库 records")] = None,
    as_of: Annotated[
        datetime | None,
        typer.Option("--as-of", formats=["%Y-%m-%d"], help="基准日零时 as-of date, 00:00 Asia/Shanghai"),
    ] = None,
    names: Annotated[bool, typer.Option("--list", help="列出全部清单 name the lists")] = False,
    snapshot: Annotated[Path | None, typer.Option(help="同一基准日的快照 snapshot of the same date, for tiers")] = None,
    out: Annotated[Path | None, typer.Option(help="写入 .csv .xlsx .json .parquet file to write")] = None,
    station: Annotated[str | None, typer.Option(help="只看一个所 one station only")] = None,
    sector: Annotated[str | None, typer.Option(help="只看一个领域 one sector only")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="最多行数 at most so many rows")] = None,
    standards: Standards = SECTORS,
    rules: Annotated[Path | None, typer.Option(help="期限等可调参数 TOML with lengths and limits")] = None,
) -> None:
    """工作清单：应办事项及其依据记录 What officers are to act on, with the records behind each row."""
    from model.standard import read_standards
    from records.progress import progress_bars
    from serving.answers import answers_for_worklists
    from supervision.worklists.everything import WORKLISTS
    from supervision.worklists.rules import SHIPPED_RULES, read_rules
    from supervision.worklists.run import Asked, drawn_from, show
    from supervision.worklists.terminal import print_names

    console = Console(width=None if sys.stdout.isatty() else LOG_WIDTH)
    if names:
        print_names(console, WORKLISTS.values())
        return
    if name is None or location is None or as_of is None:
        raise typer.BadParameter("give NAME, DIR and --as-of, or --list")
    known = read_standards(standards)
    answers = partial(answers_for_worklists, snapshot, known) if snapshot else None
    asked = Asked(name, as_of.date(), station, sector, limit, out, answers)
    with progress_bars(_console()) as report:
        drawn = drawn_from(location, asked, known, read_rules(rules or SHIPPED_RULES), report)
    show(drawn, asked, console)


@app.command()
def report(
    location: Location,
    month: Annotated[str, typer.Option(metavar="YYYY-MM", help="月份，须已结束 a month that has ended")],
    out: Out,
    snapshot: Annotated[Path | None, typer.Option(help="月末的快照 snapshot as of the month's end")] = None,
    before: Annotated[Path | None, typer.Option(help="月初或更早的快照 snapshot as of its start or earlier")] = None,
    standards: Standards = SECTORS,
) -> None:
    """月报：五个方面与四有，HTML 和 XLSX One month on the five axes and the four gates, as known at its end."""
    from model.standard import read_standards
    from records.progress import progress_bars
    from records.source import read_records
    from serving.answers import answers_of
    from serving.snapshot import load_snapshot
    from supervision.report.month import month_of
    from supervision.report.monthly import write_report
    from supervision.report.tiering import Tiering, Tierings, check_dates

    asked = month_of(month)
    opened = [None if one is None else load_snapshot(one) for one in (snapshot, before)]
    tierings = Tierings(*(None if s is None else Tiering(s.as_of, s.release, answers_of(s)) for s in opened))
    check_dates(asked, tierings)
    with progress_bars(_console()) as bars:
        bars("读取 reading", 0, 1)
        paths = write_report(read_records(location), read_standards(standards), asked, tierings, out, bars)
    for path in paths:
        _console().print(f"月报 report → {path}", highlight=False)


@app.command()
def serve(
    port: Annotated[int, typer.Option(min=1, max=65535, help="端口 port")] = 3000,
    host: Annotated[str, typer.Option(help="监听地址 address to listen on")] = "127.0.0.1",
    workers: Annotated[int, typer.Option(min=1, max=64, help="工作进程数 processes that answer")] = 1,
) -> None:
    """启动服务 Serve the release and snapshot that the current file names."""
    from serving.serve import serve as run
    from serving.welcome import print_welcome

    starting = _console().status("启动服务 starting the service")

    def welcome(address: str) -> None:
        starting.stop()
        print_welcome(Console(), address)

    with starting:
        raise typer.Exit(run(port, host, workers, on_ready=welcome))


@token_app.command("create")
def create_token(
    role: Annotated[str, typer.Option(help="角色 sampler, reviewer, approver, scientist or auditor")],
    name: Annotated[str, typer.Option(help="持有者（系统或科室，非个人） which system or office holds it")],
    days: Annotated[int, typer.Option(help="有效天数 days until it expires")] = 90,
    sectors: Annotated[list[str] | None, typer.Option("--sector", help="限于领域，可重复 only these sectors")] = None,
    stations: Annotated[list[str] | None, typer.Option("--station", help="限于所，可重复 only these stations")] = None,
    standards: Standards = SECTORS,
    by: By = None,
) -> None:
    """创建令牌，密文只显示一次 Make a token; it is shown once, alone on standard output."""
    from model.standard import read_standards
    from records.login import login_name
    from serving.access.administration import checked_scope
    from serving.access.administration import create_token as create
    from serving.clock import now
    from serving.database.access import opened_store

    scope = checked_scope(sectors or (), stations or (), read_standards(standards))
    with opened_store() as store:
        token, text = create(store, role, name, days, scope, by or login_name(), now())
    print(text)  # noqa: T201 - for a pipe or a person, and nowhere else
    _console().print(f"令牌 token {token.id}: {token.expires_at:%Y-%m-%d} 失效 expires", highlight=False)


@token_app.command("list")
def list_tokens() -> None:
    """列出令牌，不含密文 List the tokens, without their secrets."""
    from serving.access.book import DatabaseBook
    from serving.access.token_table import print_tokens
    from serving.clock import now
    from serving.database.address import database_address

    tokens = DatabaseBook(database_address).tokens()
    print_tokens(Console(width=None if sys.stdout.isatty() else LOG_WIDTH), tokens, now())


@token_app.command("revoke")
def revoke_token(
    token_id: Annotated[str, typer.Argument(metavar="ID", help="令牌编号 the token's id")], by: By = None
) -> None:
    """撤销令牌，数秒内全部进程生效 Let a token count no more, within seconds in every worker."""
    from records.login import login_name
    from serving.access.administration import revoke_token as revoke
    from serving.clock import now
    from serving.database.access import opened_store

    with opened_store() as store:
        token = revoke(store, token_id, by or login_name(), now())
    _console().print(f"已撤销 revoked: {token.id} {token.name}", highlight=False)


@app.command()
def feedback(
    into: Annotated[Path, typer.Option("--into", metavar="DIR", help="记录目录 directory of records")],
) -> None:
    """把已接收的检查结果写入记录，供下次训练 Turn accepted inspection results into records, for the next training."""
    from serving.clock import now
    from serving.database.address import database_address
    from serving.database.feedback import FeedbackStore
    from serving.feedback.into import write_records

    with FeedbackStore(database_address()) as store:
        written = write_records(store.results(), into, now())
    _console().print(f"检查结果 results: {written.versions:,}，新写入 new {written.new:,} → {into}", highlight=False)


@audit_app.command("verify")
def verify_audit(
    head: Annotated[
        str | None,
        typer.Option(metavar="NUMBER:DIGEST", help="此前记下的链首，应仍在链中 a head that was noted before"),
    ] = None,
) -> None:
    """核验主链与各进程的答复日志，指出每处改动 Find whatever was changed; exit code 6 where anything was."""
    from serving.audit.report import print_verified
    from serving.audit.verify import head_of, verify
    from serving.database.address import database_address
    from serving.database.audit import AuditStore
    from serving.places import audit_path

    known = None if head is None else head_of(head)
    with AuditStore(database_address()) as store:
        print_verified(Console(), verify(store, audit_path(), known))


@app.command()
def replay(
    request_id: Annotated[
        str, typer.Argument(metavar="REQUEST_ID", help="答复的 X-Request-Id the answer's request id")
    ],
    body: Annotated[Path | None, typer.Option(help="当时所发（未留存时） what was sent, where it is not kept")] = None,
    places: Annotated[
        list[Path] | None,
        typer.Option("--in", metavar="DIR", help="发布、快照所在，可重复 where they lie"),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="答复另存为 where to write the answer")] = None,
) -> None:
    """重现一次答复，逐字节比对 Give an answer of the past again, from the data of then, and compare every bit."""
    from serving.access.book import DatabaseBook
    from serving.audit.kept import places_in_service
    from serving.audit.replay import replay as run
    from serving.audit.report import print_replayed
    from serving.database.address import database_address
    from serving.places import audit_path
    from serving.review.desk import Desk

    given = None if body is None else body.read_bytes()
    tokens = DatabaseBook(database_address).tokens()
    decisions = Desk(database_address).news(0)
    replayed = run(request_id, audit_path(), tokens, [*(places or ()), *places_in_service()], given, decisions)
    if out is not None:
        out.write_bytes(replayed.reply)
    print_replayed(Console(), replayed)


def _spark_settings(engine: str, master: str | None, conf: list[str] | None) -> dict[str, str]:
    if engine != "spark" and (master or conf):
        raise typer.BadParameter("--master and --conf are for --engine spark")
    pairs = [pair.partition("=") for pair in conf or []]
    if not all(separator and key for key, separator, _ in pairs):
        raise typer.BadParameter("a setting of Spark is KEY=VALUE", param_hint="--conf")
    return {key: value for key, _, value in pairs}


def _console() -> Console:
    """Progress and remarks go to standard error, so that results can be piped."""
    return Console(stderr=True, width=None if sys.stderr.isatty() else LOG_WIDTH)


def main() -> None:
    """Run the command; a user's error is one sentence on standard error and a fixed exit code."""
    # Threads of LightGBM that wait should sleep: on a busy machine their spinning takes longer than their work.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    try:
        app()
    except FenjiError as error:
        print(f"错误 error: {error}", file=sys.stderr)  # noqa: T201 - the command's own voice
        raise SystemExit(error.exit_code) from None
    except OSError as error:
        sentence = f"Every path must be readable or writable, got: {error}; check path, rights and free space."
        print(f"错误 error: {sentence}", file=sys.stderr)  # noqa: T201 - the command's own voice
        raise SystemExit(ConfigError.exit_code) from None


if __name__ == "__main__":
    main()
