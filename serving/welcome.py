"""What a person at the terminal needs once the service answers: addresses and a request to paste."""

import json

import numpy as np
from rich.console import Console

from serving.current import current_path, read_current
from serving.snapshot import Snapshot, load_snapshot


def print_welcome(console: Console, address: str) -> None:
    """Print where to look and one ready-to-paste request for enterprises that the snapshot knows."""
    snapshot = load_snapshot(read_current(current_path()).snapshot)
    body = json.dumps({"enterprise_ids": telling_ids(snapshot)})
    console.print(f"\n服务已就绪 ready: {address}", highlight=False)
    console.print(
        f"  首页 page      {address}/\n  接口文档 API   {address}/openapi.json\n  指标 metrics   {address}/metrics",
        highlight=False,
    )
    console.print("试一试 try:", highlight=False)
    for route in ("score", "explain"):
        console.print(
            f"  curl -s {address}/v1/{route} -H 'content-type: application/json' -d '{body}'",
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
