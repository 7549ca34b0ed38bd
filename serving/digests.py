"""Digests of files and directories: how a release or a snapshot is named and how a changed file is found out."""

import hashlib
import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from records.errors import ModelError

SHORT = 12
"""Characters of a digest that name a directory or a stored model; the full digest is what is compared."""


def digest_of_text(text: str) -> str:
    """SHA-256 of a text in UTF-8, hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def digest_of_file(path: Path) -> str:
    """SHA-256 of a file, hexadecimal, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def digests_below(directory: Path) -> dict[str, str]:
    """Digest per file below a directory, by its path relative to it, sorted."""
    files = sorted(path for path in directory.rglob("*") if path.is_file())
    return {path.relative_to(directory).as_posix(): digest_of_file(path) for path in files}


def verify_files(directory: Path, digests: Mapping[str, str], what: str) -> None:
    """Raise ModelError for the first file that is missing or differs from its digest."""
    for name, expected in digests.items():
        path = directory / name
        if not path.is_file():
            raise ModelError(f"A {what} needs each file that it lists, {path} is missing; make the {what} again.")
        if digest_of_file(path) != expected:
            raise ModelError(f"The files of a {what} must match its digests, {path} differs; make the {what} again.")


def write_json(path: Path, content: Any) -> str:
    """Write JSON with sorted keys and return the digest of what was written: equal content, equal digest."""
    text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True)
    path.write_text(text, encoding="utf-8")
    return digest_of_text(text)


def replace_json(path: Path, content: Any) -> None:
    """Write a small JSON file that others watch: it appears whole, and an old one is replaced at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False, encoding="utf-8") as file:
        json.dump(content, file, indent=1, sort_keys=True)
    Path(file.name).replace(path)


def read_json(path: Path, what: str) -> tuple[Any, str]:
    """The content of a JSON file and the digest of its bytes; ModelError if it is missing or no JSON."""
    try:
        content = path.read_bytes()
        return json.loads(content.decode("utf-8")), hashlib.sha256(content).hexdigest()
    except FileNotFoundError as missing:
        raise ModelError(f"A {what} needs {path.name}, {path} is missing; make the {what} again.") from missing
    except ValueError as broken:
        raise ModelError(f"A {what} needs {path.name} as JSON, {path} is not; make the {what} again.") from broken
