"""The `fenji` command: its verbs lie in `commands`, by theme, and each is a few lines that call one function."""

import os
import sys
from typing import NoReturn

import typer

from commands import audit, draw, models, month, records, service, simulation, standards, supervision, tiers, tokens
from records.errors import ConfigError, FenjiError

app = typer.Typer(
    help="分级 Fenji：企业信用风险分级服务 credit-risk tiers for differentiated inspection.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
# The help names the verbs in this order.
for theme in (records, simulation, models, tiers, supervision, month, service):
    app.add_typer(theme.app)
for name, group in {"standards": standards, "token": tokens, "audit": audit, "draw": draw}.items():
    app.add_typer(group.app, name=name)


def main() -> None:
    """Run the command; a user's error is one sentence on standard error and a fixed exit code."""
    # Threads of LightGBM that wait should sleep: on a busy machine their spinning takes longer than their work.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    try:
        app()
    except FenjiError as error:
        _refuse(str(error), error.exit_code)
    except OSError as error:
        sentence = f"Every path must be readable or writable, got: {error}; check path, rights and free space."
        _refuse(sentence, ConfigError.exit_code)
    except Exception as error:
        if not _is_out_of_memory(error):
            raise
        told = str(error).splitlines()[0]
        sentence = (
            "What the database works on must fit into FENJI_MEMORY and the disk of the folder for temporary files, "
            f"got: {told}; allow more of the one, such as FENJI_MEMORY=4GB, or make room on the other."
        )
        _refuse(sentence, ConfigError.exit_code)


def _refuse(sentence: str, exit_code: int) -> NoReturn:
    print(f"错误 error: {sentence}", file=sys.stderr)  # noqa: T201 - the command's own voice
    raise SystemExit(exit_code) from None


def _is_out_of_memory(error: Exception) -> bool:
    # Whoever raised it has imported it; verbs without a database start without it.
    database = sys.modules.get("duckdb")
    return database is not None and isinstance(error, database.OutOfMemoryException)


if __name__ == "__main__":
    main()
