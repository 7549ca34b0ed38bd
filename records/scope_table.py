"""The ruling per code, for a person at a terminal."""

from rich.console import Console
from rich.table import Table

from records.scope import scope_rows

CODES = {"ent_type": "企业类型 type", "unified_code": "统一代码 unified code"}


def print_scope(console: Console) -> None:
    """Print who is classified and who is not, one row per ruling."""
    title = "分级范围 scope: 类型与统一代码任一不在范围即不分级 out where either code says so"
    table = Table("代码 code", "开头 starts", "分级 tiered", "对象 whom", "理由 why", title=title, title_justify="left")
    for row in scope_rows():
        tiered = "是 yes" if row["in_scope"] else "否 no"
        table.add_row(
            CODES[str(row["code"])], str(row["starts_with"]), tiered, f"{row['zh']} {row['en']}", str(row["reason"])
        )
    console.print(table)
