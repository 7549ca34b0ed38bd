"""Where a model comes from: which data, which code, which standard."""

import hashlib
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from records.source import Records
from records.subjects import SUBJECTS

PROJECT = Path(__file__).resolve().parents[1]


def data_hash(records: Records) -> str:
    """The same for the same rows in any order, another one for any other rows: 32 hexadecimal digits.

    Per subject the rows' hashes are added up as whole numbers (a bitwise sum would not see a row that stands twice),
    and the sums of all subjects are hashed together. DuckDB's row hash is fast, not cryptographic, and belongs to
    its version: it shows that data differ, it is no seal.
    """
    digest = hashlib.sha256()
    for name in SUBJECTS:
        query = records.tables[name].compile()
        rows, total = records.connection.raw_sql(
            f"SELECT count(*), sum(hash(rows)::HUGEINT)::VARCHAR FROM ({query}) AS rows"
        ).fetchone()
        digest.update(f"{name}:{rows}:{total};".encode())
    return digest.hexdigest()[:32]


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
