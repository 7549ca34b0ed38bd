"""What a person at the terminal needs once the service answers: addresses and a request to paste."""

import json

import numpy as np
from rich.console import Console

from serving.access.book import DatabaseBook
from serving.current import read_current
from serving.database.address import database_address
from serving.places import current_path
from serving.snapshot import Snapshot, load_snapshot


def print_welcome(console: Console, address: str) -> None:
    """Print where to look and one ready-to-paste request for enterprises that the snapshot knows."""
    snapshot = load_snapshot(read_current(current_path()).snapshot)
    has_token = bool(DatabaseBook(database_address).tokens())
    body = json.dumps({"enterprise_ids": telling_ids(snapshot)})
    console.print(f"\n服务已就绪 ready: {address}", highlight=False)
    console.print(
        f"  首页 page      {address}/\n  接口文档 API   {address}/openapi.json\n  指标 metrics   {address}/metrics",
        highlight=False,
    )
    if not has_token:
        console.print(
            "未创建令牌，仅本机可用 no token was made: this machine only; fenji token create --help", highlight=False
        )
    console.print("试一试 try:", highlight=False)
    token = '-H "Authorization: Bearer $FENJI_TOKEN" ' if has_token else ""
    for route in ("score", "explain"):
        console.print(
            f"  curl -s {address}/v1/{route} {token}-H 'content-type: application/json' -d '{body}'",
            soft_wrap=True,
            highlight=False,
        )
    console.print("按 Ctrl-C 停止 press Ctrl-C to stop\n", highlight=False)


def telling_ids(snapshot: Snapshot) -> list[str]:
    """Two enterprises whose answers differ most: the likeliest problem and the least likely one."""
    margin = snapshot.columns["margin"]
    if np.isnan(margin).all():
        return [snapshot.ids[0].decode()]
    rows = [int(np.nanargmax(margin)), int(np.nanargmin(margin))]
    owners = np.searchsorted(snapshot.first_row, rows, side="right") - 1
    return [snapshot.ids[owner].decode() for owner in owners]
