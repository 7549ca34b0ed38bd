"""Where a verb speaks: results on standard output, progress and remarks beside them."""

import sys

from rich.console import Console

LOG_WIDTH = 120
"""Columns of tables that go into a log rather than to a terminal."""


def table_console() -> Console:
    """For tables on standard output."""
    return Console(width=None if sys.stdout.isatty() else LOG_WIDTH)


def progress_console() -> Console:
    """For progress and remarks: on standard error, so that results can be piped."""
    return Console(stderr=True, width=None if sys.stderr.isatty() else LOG_WIDTH)
