"""Where a model comes from: which code it was trained by."""

import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]


def code_version(project: Path = PROJECT) -> str:
    """The revision of the checkout, with "+dirty" if a file differs from it; outside one the package's version."""
    revision = _git(project, "rev-parse", "HEAD")
    if revision is None:
        try:
            return version("fenji")
        except PackageNotFoundError:
            return "unknown"
    return revision[:12] + ("+dirty" if _git(project, "status", "--porcelain") else "")


def _git(project: Path, *arguments: str) -> str | None:
    """What git says; null without git, a checkout or a first revision."""
    # An installed package may lie inside someone else's checkout: only our own counts.
    if not (project / ".git").exists():
        return None
    try:
        answer = subprocess.run(["git", "-C", str(project), *arguments], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return answer.stdout.strip()
