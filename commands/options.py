"""Arguments and options that several verbs share, and where things lie by default."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

SECTORS = Path(__file__).parents[1] / "sectors"
STATE = Path("var")
LEDGER = STATE / "watch" / "ledger"

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
SystemName = Annotated[
    str, typer.Argument(metavar="SYSTEM", help="publicity、double_random、collaborative 或 classification")
]
By = Annotated[str | None, typer.Option("--by", help="经办人，默认登录名 who decides, default the login name")]
Despite = Annotated[
    str | None,
    typer.Option(
        "--despite", metavar="WHY", help="监测异常时仍照办的理由，写入历史 why to go on though monitoring found a break"
    ),
]
