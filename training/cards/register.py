"""The register as it could be known on past days: type, state, region and scope of enterprises."""

from collections.abc import Collection, Iterable
from datetime import date

import pandas as pd
import pyarrow as pa

from features.build import name_records, set_clock
from features.timeline import given, in_force, versions
from records.scope import in_scope
from records.source import Records

COLUMNS = ("as_of", "enterprise_id", "ent_type", "state", "region", "is_in_scope")
_ASKED = "register_enterprises"


def register_at(records: Records, dates: Iterable[date], enterprise_ids: Collection[str]) -> pd.DataFrame:
    """What did the register say of these enterprises at 00:00 of each date?

    One row per date and enterprise in force then (COLUMNS): one not yet known, or ended, has no row for that date.
    `is_in_scope` is whether its type and code are classified at all.
    """
    name_records(records)
    ids = pa.array(sorted(set(enterprise_ids)), pa.string())
    records.connection.con.register(_ASKED, pa.table({"enterprise_id": ids}))
    rows = in_force("enterprises", lambda subject: versions(subject, given(subject)))
    rows = rows.select(*COLUMNS[:-1], is_in_scope=in_scope(rows["ent_type"], rows["enterprise_id"]))
    sql = f"SELECT * FROM ({records.connection.compile(rows)}) SEMI JOIN {_ASKED} USING (enterprise_id)"
    found = []
    for day in dates:
        set_clock(records.connection, day)
        found.append(records.connection.con.execute(sql).to_arrow_table())
    if not found:
        return pd.DataFrame(columns=list(COLUMNS))
    table = pa.concat_tables(found).to_pandas()
    return table.assign(as_of=pd.to_datetime(table["as_of"]).astype("datetime64[us]"))[list(COLUMNS)]
