"""Score a population that is spread over a cluster: the release goes to every executor, the rows stay there."""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from features.build import Frame
from features.peers import Peers
from features.pipeline import KEYS
from features.spark.build import SparkFrame, frame_of, work_folder, write_rows
from features.spark.session import Spark, open_spark, shipped
from records.progress import Report, silent
from serving.release import Release, load_release
from serving.scoring.scored_part import strongest_reasons
from serving.verdicts import SOURCES, STATUSES, VERDICT_COLUMNS, judge

if TYPE_CHECKING:
    from features.spark.session import DataFrame

SCORE_TYPES = {
    "enterprise_id": "string",
    "sector": "string",
    "status": "string",
    "tier": "tinyint",
    "margin": "double",
    "probability": "double",
    "low": "double",
    "high": "double",
    "borderline": "boolean",
    "source": "string",
    "rules": "bigint",
    "reason_indicator": "array<string>",
    "reason_contribution": "array<double>",
    "reason_other": "double",
    "baseline": "double",
}
"""What is written per enterprise and sector: the columns of a snapshot (`serving.snapshot`), with words for codes.

A number that the source does not have is null; `rules` holds the bits of the hard rules; the reasons, at most five,
are the names of indicators, the strongest first.
"""


def run_score(
    location: str,
    release: Path,
    as_of: date,
    out: str,
    master: str,
    settings: Mapping[str, str],
    progress: Report = silent,
) -> int:
    """Tier every enterprise of the records at `location` on Spark into the new Parquet folder `out`; how many rows?

    Raises ModelError for a damaged release, before anything is built, and what `features.spark.build.run_build` does.
    """
    load_release(release)
    with open_spark(master, work_folder(out), settings) as spark:
        spark.refuse_existing(out)
        frame = frame_of(spark, location, as_of, progress)
        progress("分级与理由 tiers and reasons", 0, 1)
        return write_rows(score_on_spark(spark, frame, release), out)


def score_on_spark(spark: Spark, frame: SparkFrame, release: Path) -> "DataFrame":
    """The verdict and the strongest reasons of every row of the frame, by the release in a directory."""
    score = partial(_score_batches, spark.ship(release), frame.as_of, frame.names)
    schema = ", ".join(f"{name} {kind}" for name, kind in SCORE_TYPES.items())
    return frame.rows.mapInPandas(score, schema)


def _score_batches(
    archive: str, as_of: date, names: tuple[str, ...], batches: Iterator[pd.DataFrame]
) -> Iterator[pd.DataFrame]:
    """What runs in a worker's Python process."""
    release = _release(archive)
    for batch in batches:
        values = batch[list(names)].to_numpy(dtype=np.float32)
        keys = batch[list(KEYS)].reset_index(drop=True)
        yield _scores(Frame(as_of, keys, values, names, Peers(as_of, {})), release)


@lru_cache(maxsize=1)
def _release(archive: str) -> Release:
    """Read and checked once per process, whose tasks follow one another."""
    return load_release(shipped(archive))


def _scores(frame: Frame, release: Release) -> pd.DataFrame:
    verdicts = judge(frame, release)
    reasons = strongest_reasons(frame, verdicts, release, 1)
    columns = {name: getattr(verdicts, name) for name in VERDICT_COLUMNS}
    columns |= {"status": np.array(STATUSES)[verdicts.status], "source": np.array(SOURCES)[verdicts.source]}
    positions, parts = reasons["reason_indicator"], reasons["reason_contribution"]
    names = np.array(frame.names, dtype=object)
    columns["reason_indicator"] = [list(names[own[own >= 0]]) for own in positions]
    columns["reason_contribution"] = [part[own >= 0] for part, own in zip(parts, positions, strict=True)]
    columns |= {name: reasons[name] for name in ("reason_other", "baseline")}
    return pd.DataFrame({**frame.keys[["enterprise_id", "sector"]], **columns})[list(SCORE_TYPES)]
