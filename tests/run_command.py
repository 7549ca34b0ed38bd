"""Run the `fenji` command as a user would, in the tests' own process: importing everything anew would take seconds."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

import fenji
from serving.places import CURRENT_VARIABLE, DATABASE_VARIABLE, LISTS_VARIABLE


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    error: str

    def sentence(self) -> str:
        """What the command said of its error: one line, the last, and no traceback."""
        assert "Traceback" not in self.error
        told = [line for line in self.error.splitlines() if line.startswith("错误 error: ")]
        assert told == [self.error.strip().splitlines()[-1]]
        return told[0]


Command = Callable[..., Ended]


def command_in(folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Command:
    """Verbs run in this folder, which also keeps the service's state."""
    monkeypatch.chdir(folder)
    monkeypatch.setenv(CURRENT_VARIABLE, str(folder / "current.json"))
    for name in (LISTS_VARIABLE, DATABASE_VARIABLE):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "200")

    def run(*arguments: object) -> Ended:
        monkeypatch.setattr(sys, "argv", ["fenji", *map(str, arguments)])
        capfd.readouterr()
        code = 0
        try:
            fenji.main()
        except SystemExit as end:
            code = int(end.code or 0)
        return Ended(code, *capfd.readouterr())

    return run
