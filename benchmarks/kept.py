"""Results that are kept under a digest of what they rest on, so that an interrupted run goes on where it stopped."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[1]


def code_digest(folders: Sequence[str], *files: Path) -> str:
    """Names the sources and standards in these folders of the project, and the files beside them."""
    digest = hashlib.sha256()
    sources = [path for folder in folders for path in (PROJECT / folder).rglob("*") if path.suffix in (".py", ".toml")]
    for path in sorted([*sources, *files]):
        digest.update(path.resolve().relative_to(PROJECT).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def keep(path: Path, content: Any) -> None:
    """Write a result as JSON; the file appears whole or not at all."""
    temporary = path.with_suffix(".part")
    temporary.write_text(json.dumps(content), encoding="utf-8")
    temporary.rename(path)
