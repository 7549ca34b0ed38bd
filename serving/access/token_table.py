"""Tokens for a person at a terminal; no secret, since none is kept."""

from collections.abc import Sequence
from datetime import datetime

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from serving.access.scope import Scope
from serving.access.token import ROLES, Token

_COLUMNS = ("编号 id", "名称 name", "角色 role", "范围 scope", "失效 expires", "最近使用 last used", "状态 state")


def print_tokens(console: Console, tokens: Sequence[Token], now: datetime) -> None:
    """Print one row per token, oldest first; days in Asia/Shanghai."""
    if not tokens:
        console.print("没有令牌，服务只在本机可用 no token: the service answers this machine only", highlight=False)
        return
    table = Table(*_COLUMNS, box=SIMPLE_HEAD)
    for token in tokens:
        table.add_row(
            token.id,
            token.name,
            f"{token.role} {ROLES[token.role][0]}",
            _words(token.scope),
            f"{token.expires_at.astimezone(now.tzinfo):%Y-%m-%d}",
            f"{token.last_used_on or '–'}",
            _state(token, now),
        )
    console.print(table)


def _words(scope: Scope) -> str:
    parts = [
        f"{zh} {en}: {', '.join(sorted(names))}"
        for zh, en, names in (("领域", "sectors", scope.sectors), ("所", "stations", scope.stations))
        if names is not None
    ]
    return "; ".join(parts) or "全部 all"


def _state(token: Token, now: datetime) -> str:
    if token.revoked_at is not None:
        return f"已撤销 revoked {token.revoked_at.astimezone(now.tzinfo):%Y-%m-%d}"
    return "有效 valid" if token.is_usable(now) else "已过期 expired"
