"""The small file that names the list extract in service, by digest, and where it lies."""

import os
from pathlib import Path

from records.errors import ModelError
from serving.digests import read_json, replace_json
from serving.lists.extract import EXTRACT_FILE, ListExtract, load_extract


def write_current_lists(path: Path, directory: Path) -> None:
    """Put an extract into service: the file appears whole, and an old one is replaced at once.

    The path is written relative to the file's folder, so that the whole state folder may be moved.
    """
    _, digest = read_json(directory / EXTRACT_FILE, "list extract")
    place = os.path.relpath(directory.absolute(), path.absolute().parent)
    replace_json(path, {"lists": {"digest": digest, "path": Path(place).as_posix()}})


def load_current_lists(path: Path) -> ListExtract:
    """Open the extract that the file names.

    Raises ModelError where the file says less than it must, or the extract is missing or another than the one named.
    """
    content, _ = read_json(path, "file of the lists in service")
    try:
        directory, named = path.parent / content["lists"]["path"], content["lists"]["digest"]
    except (KeyError, TypeError) as incomplete:
        raise ModelError(
            f"The file of the lists must name an extract by digest and path, {path} does not; run `fenji lists` again."
        ) from incomplete
    extract = load_extract(directory)
    if extract.digest != named:
        raise ModelError(
            f"The list extract in service must have the digest that its file names, {named[:12]}, "
            f"got {extract.digest[:12]}; run `fenji lists` again."
        )
    return extract
