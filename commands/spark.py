"""The options of the verbs that also run on Spark."""

from typing import Annotated, Literal

import typer

LOCAL_SPARK = "local[*]"
"""Spark in this process's own Java machine, on all cores."""

Anywhere = Annotated[str, typer.Option("--out", help="输出位置 where to write")]
EngineName = Annotated[Literal["duckdb", "spark"], typer.Option(help="本机或 Spark 集群 this machine, or Spark")]
Master = Annotated[
    str | None,
    typer.Option(metavar="MASTER", help="Spark 主节点，默认 local[*] Spark's master: spark://HOST:7077, yarn ..."),
]
Conf = Annotated[
    list[str] | None, typer.Option(metavar="KEY=VALUE", help="Spark 设置，可重复 a setting of Spark, may be repeated")
]


def spark_settings(engine: str, master: str | None, conf: list[str] | None) -> dict[str, str]:
    """The settings by key; refused are those of Spark for another engine, and one that is not KEY=VALUE."""
    if engine != "spark" and (master or conf):
        raise typer.BadParameter(
            f"--master and --conf are for the engine spark, got {engine}: add --engine spark or leave them out"
        )
    for word in conf or []:
        if word.find("=") < 1:
            raise typer.BadParameter(f"a setting of Spark is KEY=VALUE, got {word}: write it so", param_hint="--conf")
    return dict(word.split("=", 1) for word in conf or [])
