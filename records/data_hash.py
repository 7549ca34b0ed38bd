"""Which data these are: a hash of all rows, to tell other data by."""

import hashlib

from records.source import Records
from records.subjects import SUBJECTS


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
