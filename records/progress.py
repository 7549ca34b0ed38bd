"""Progress bars for whatever takes longer than a glance: one bar for each thing that is being done."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

Report = Callable[[str, int, int], None]
"""Told what is being done, how many steps of it are done and how many there are."""


def silent(what: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


@contextmanager
def progress_bars(console: Console) -> Iterator[Report]:
    """Draw what is reported; a bar is full when the next one begins."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:

        def report(what: str, done: int, total: int) -> None:
            current = progress.tasks[-1] if progress.tasks else None
            if current is None or current.description != what:
                _fill(progress)
                progress.add_task(what, total=total)
            progress.update(progress.tasks[-1].id, completed=done, total=total)

        yield report
        _fill(progress)


def _fill(progress: Progress) -> None:
    if progress.tasks:
        progress.update(progress.tasks[-1].id, completed=progress.tasks[-1].total)
