"""Where the public inspection data lie; they are read there and never copied into the project."""

import os
from pathlib import Path

from records.errors import DataError

VARIABLE = "FENJI_OPEN_DATA"


def open_data_directory() -> Path:
    """Directory that holds `toronto/` and `chicago/`: FENJI_OPEN_DATA, else `../shared/data`."""
    named = os.environ.get(VARIABLE)
    return Path(named) if named else Path(__file__).resolve().parents[2] / "shared" / "data"


def require_open_data(city: str) -> Path:
    """Directory of one city's files.

    Raises
    ------
    DataError
        When the directory or its `inspections.parquet` is absent.
    """
    directory = open_data_directory() / city
    if not (directory / "inspections.parquet").is_file():
        raise DataError(
            f"The open data of {city} must hold inspections.parquet, but {directory} has none: "
            f"put the data there or set {VARIABLE} to the directory that holds {city}/."
        )
    return directory
