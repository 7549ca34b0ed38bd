"""The audit log."""

from typing import Annotated

import typer
from rich.console import Console

app = typer.Typer(help="审计日志 the audit log", no_args_is_help=True)


@app.command("verify")
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
