"""The `fenji` command: each verb a few lines that call one function, imported when called."""

import json
import os
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated

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

SECTORS = Path(__file__).parent / "sectors"
STATE = Path("var")
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
Why = Annotated[str, typer.Option("--why", help="理由，写入历史 the reason, kept in the history")]
By = Annotated[str | None, typer.Option("--by", help="经办人，默认登录名 who decides, default the login name")]


@app.command()
def check(
    location: Location, out: Annotated[Path | None, typer.Option(help="隔离清单与摘要的目录 reports")] = None
) -> None:
    """校验记录：计数、隔离原因、七项数据质量 Validate records; quarantine bad rows with a reason each."""
    from records.report import run_check

    raise typer.Exit(run_check(location, out))


@app.command()
def build(location: Location, as_of: AsOf, out: Out) -> None:
    """计算基准日的全部指标 Build every indicator at one as-of date (Parquet, or CSV by suffix)."""
    from features.build import build_frame, write_frame
    from records.check import load_records
    from records.progress import progress_bars

    with progress_bars(_console()) as report:
        report("读取与校验 reading and checking", 0, 1)
        records = load_records(location)
        report("指标 indicators", 0, 1)
        frame = build_frame(records, as_of.date())
    write_frame(frame, out)
    _console().print(f"{len(frame.keys):,} 行 rows × {len(frame.names)} 指标 indicators → {out}", highlight=False)


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
    from training.registry.promotion import login_name, promote_sectors

    if everything == bool(sectors):
        raise typer.BadParameter("name sectors, or give --all, not both")
    promote_sectors(root, sectors or None, by or login_name(), why, Console())


@app.command()
def rollback(
    sector: Annotated[str, typer.Argument(metavar="SECTOR", help="领域 sector")],
    why: Why,
    by: By = None,
    root: Root = Path(),
) -> None:
    """回退：撤销该领域最近一次晋升 Undo the last promotion of a sector."""
    from training.registry.promotion import login_name, roll_back

    roll_back(root, sector, by or login_name(), why, Console())


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
) -> None:
    """汇集各领域现任模型为一个发布，存入 BentoML Gather the champions into one release, a BentoML model."""
    from model.routing import read_routing
    from model.standard import read_standards
    from serving.release import release_into
    from serving.store import store_release
    from training.registry.versions import champions

    with _console().status("汇集发布 gathering the release"):
        known = read_standards(standards)
        directory = release_into(out, champions(root), known, read_routing(standards, known))
        tag = store_release(directory)
    _console().print(f"发布 release {tag} → {directory}", highlight=False)


@app.command()
def score(
    location: Location,
    as_of: AsOf,
    out: Out,
    release: Annotated[
        Path | None, typer.Option(help="发布目录，默认最近一次 release directory, default the latest")
    ] = None,
    publish: Annotated[
        bool, typer.Option(help="投入服务并存入 BentoML 模型库 put into service and into the BentoML model store")
    ] = True,
) -> None:
    """为全部主体分级，写成不可变快照 Tier the whole population into an immutable snapshot."""
    from records.check import load_records
    from records.progress import progress_bars
    from serving.current import current_path, write_current
    from serving.population import score_population
    from serving.release import latest_release, load_release
    from serving.store import store_current

    directory = release or latest_release(STATE / "releases")
    with progress_bars(_console()) as report:
        report("读取与校验 reading and checking", 0, 1)
        score_population(load_records(location), load_release(directory), as_of.date(), out, report, threads=2)
    if publish:
        write_current(current_path(), directory, out)
        store_current()
    _console().print(f"快照 snapshot → {out}; 汇总 summary: fenji tiers {out}", highlight=False)


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
    from serving.answers import answers_of
    from serving.snapshot import load_snapshot
    from training.tiers.migration import migration_between
    from training.tiers.migration_table import print_migration

    first, second = load_snapshot(before), load_snapshot(after)
    moved = migration_between(answers_of(first), answers_of(second))
    model = "同一发布 one release" if first.release == second.release else "两个发布 two releases"
    print_migration(Console(), moved, f"等级迁移 migration {first.as_of} → {second.as_of}, {model}")


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
) -> None:
    """启动服务 Serve the release and snapshot that the current file names."""
    from serving.serve import serve as run
    from serving.welcome import print_welcome

    starting = _console().status("启动服务 starting the service")

    def welcome(address: str) -> None:
        starting.stop()
        print_welcome(Console(), address)

    with starting:
        raise typer.Exit(run(port, host, on_ready=welcome))


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
