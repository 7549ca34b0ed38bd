"""`fenji standards publish`: write the public site so that it appears whole or not at all."""

import hashlib
import json
import tempfile
from collections.abc import Mapping
from pathlib import Path

from model.standard import Standard
from records.errors import ConfigError
from records.progress import Report, silent
from supervision.publication.pages import render_site
from supervision.publication.sector_page import digest_of

MANIFEST = "manifest.json"
_KIND = "fenji standards"


def publish(standards: Mapping[str, Standard], out: Path, report: Report = silent) -> int:
    """Write the site of some standards into the directory `out`; return the number of its files.

    An earlier site of ours at `out` is replaced whole; the manifest in it says which files it has. The same standards
    give the same bytes.

    Raises
    ------
    ConfigError
        If `out` is a file, or a directory that holds anything else than an earlier site of ours: nothing is touched.
    """
    out = out.resolve()
    _refuse_foreign(out)
    report("页面 pages", 0, 1)
    files = {path: text.encode() for path, text in render_site(standards).items()}
    files[MANIFEST] = _manifest(standards, files)
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".publication-") as temporary:
        building, replaced = Path(temporary) / "new", Path(temporary) / "old"
        for done, (path, content) in enumerate(files.items(), start=1):
            (building / path).parent.mkdir(parents=True, exist_ok=True)
            (building / path).write_bytes(content)
            report("页面 pages", done, len(files))
        _exchange(building, out, replaced)
    return len(files)


def _exchange(building: Path, out: Path, replaced: Path) -> None:
    """Put the new site where the old one was, or leave the old one there."""
    if out.exists():
        out.rename(replaced)
    try:
        building.rename(out)
    except OSError:
        if replaced.exists():
            replaced.rename(out)
        raise


def _manifest(standards: Mapping[str, Standard], files: Mapping[str, bytes]) -> bytes:
    content = {
        "kind": _KIND,
        "standards": {
            sector: {
                "version": one.version,
                "valid_from": one.valid_from.isoformat() if one.valid_from else None,
                "sha256": digest_of(one),
            }
            for sector, one in sorted(standards.items())
        },
        "files": {path: hashlib.sha256(text).hexdigest() for path, text in sorted(files.items())},
    }
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


def _refuse_foreign(out: Path) -> None:
    if not out.exists():
        return
    if not out.is_dir():
        raise ConfigError(f"The standards are published into a directory, got the file {out}; choose another place.")
    published = _published(out)
    # Of a directory that is not ours the first level tells enough: below may lie a whole disk.
    found = out.rglob("*") if published else out.iterdir()
    files = {
        path.relative_to(out).as_posix() for path in found if path.is_symlink() or not (published and path.is_dir())
    }
    foreign = sorted(files - published)
    if foreign:
        raise ConfigError(
            f"The standards are published into a directory of their own, but {out} holds {foreign[0]}"
            f"{f' and {len(foreign) - 1} more' if len(foreign) > 1 else ''}; choose a new directory or move them away."
        )


def _published(out: Path) -> set[str]:
    """The files of an earlier site of ours in a directory; none where its manifest is missing or not ours."""
    try:
        content = json.loads((out / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return set()
    if not isinstance(content, dict) or content.get("kind") != _KIND or not isinstance(content.get("files"), dict):
        return set()
    return {MANIFEST, *content["files"]}
