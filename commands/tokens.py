"""The tokens of the service's callers."""

from typing import Annotated

import typer

from commands.options import SECTORS, By, Standards
from commands.terminal import progress_console, table_console

app = typer.Typer(help="服务令牌 tokens of the service's callers", no_args_is_help=True)


@app.command("create")
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
    progress_console().print(f"令牌 token {token.id}: {token.expires_at:%Y-%m-%d} 失效 expires", highlight=False)


@app.command("list")
def list_tokens() -> None:
    """列出令牌，不含密文 List the tokens, without their secrets."""
    from serving.access.book import DatabaseBook
    from serving.access.token_table import print_tokens
    from serving.clock import now
    from serving.database.address import database_address

    tokens = DatabaseBook(database_address).tokens()
    print_tokens(table_console(), tokens, now())


@app.command("revoke")
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
    progress_console().print(f"已撤销 revoked: {token.id} {token.name}", highlight=False)
