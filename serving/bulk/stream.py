"""Record batches as the bytes of an Arrow stream or of a Parquet file, handed on while they are written."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pyarrow as pa
import pyarrow.parquet as parquet

ARROW = "application/vnd.apache.arrow.stream"
PARQUET = "application/vnd.apache.parquet"

_WRITERS: dict[str, Callable[[Any, pa.Schema], Any]] = {
    ARROW: pa.ipc.new_stream,
    PARQUET: lambda sink, schema: parquet.ParquetWriter(sink, schema, compression="zstd"),
}


def streamed(batches: Iterable[pa.RecordBatch], schema: pa.Schema, kind: str) -> Iterator[bytes]:
    """The batches as ARROW or PARQUET; of the answer only what was not handed on yet is in memory.

    Both forms end in a mark of their own, so a reader tells an answer that broke off from a whole one.
    """
    sink = _Sink()
    with _WRITERS[kind](sink, schema) as writer:
        for batch in batches:
            writer.write_batch(batch)
            yield sink.taken()
    yield sink.taken()


class _Sink:
    """A file to write to, from which what was written is taken away piece by piece."""

    closed = False

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, part: Any) -> int:
        self._parts.append(bytes(part))
        return len(part)

    def flush(self) -> None:
        """Nothing waits here."""

    def taken(self) -> bytes:
        parts, self._parts = self._parts, []
        return b"".join(parts)
