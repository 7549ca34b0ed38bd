"""The service, what was sent to it, and what it once answered."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from commands.terminal import progress_console

app = typer.Typer()


@app.command()
def serve(
    port: Annotated[int, typer.Option(min=1, max=65535, help="端口 port")] = 3000,
    host: Annotated[str, typer.Option(help="监听地址 address to listen on")] = "127.0.0.1",
    workers: Annotated[int, typer.Option(min=1, max=64, help="工作进程数 processes that answer")] = 1,
) -> None:
    """启动服务 Serve the release and snapshot that the current file names."""
    from serving.serve import serve as run
    from serving.welcome import print_welcome

    starting = progress_console().status("启动服务 starting the service")

    def welcome(address: str) -> None:
        starting.stop()
        print_welcome(Console(), address)

    with starting:
        raise typer.Exit(run(port, host, workers, on_ready=welcome))


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
    progress_console().print(
        f"检查结果 results: {written.versions:,}，新写入 new {written.new:,} → {into}", highlight=False
    )


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
