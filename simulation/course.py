"""A district that is lived year by year: who is drawn is handed in, and what was before is not touched by it.

`simulation.district` writes a whole history at once, each year drawn by the visible history. Here the draw of each year
comes from outside: from a policy that has seen the records so far. What inspections do not touch (the truth,
complaints and what follows them, reports, licences ...) is the same whatever is drawn, and each year has random streams
of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from records.source import table_schema
from records.subjects import SUBJECTS
from simulation.clues import Clues, joined
from simulation.district import after_inspections, before_inspections, with_details
from simulation.draws import Draw, draw_year
from simulation.inspections import Inspected, complaint_inspections, inspections_of_year
from simulation.penalties import inspection_penalties, penalties
from simulation.rows import to_arrow
from simulation.world import World


@dataclass(frozen=True)
class Course:
    """A district after some of its years.

    `tables` holds the rows of every subject as the contract types them, those included that become known only later
    (`known`); `clues` what officers go by; `inspected` the visits of the last year lived (null before the first). A
    course is never changed, so several futures can be lived from one.
    """

    world: World
    years: int
    tables: Mapping[str, pa.Table]
    clues: Clues
    inspected: Inspected | None = None

    @property
    def today(self) -> np.datetime64:
        """The first day that is not lived yet."""
        return self.world.history.edges[4 * self.years]

    def known(self) -> dict[str, pa.Table]:
        """The rows that were known before `today`, by subject: all that a policy may look at."""
        return {
            name: table.filter(pc.less(table["known_at"], _instant(self.today))) for name, table in self.tables.items()
        }

    def usual_draw(self) -> Draw:
        """The draw that the district would make by itself, stratified by the visible history."""
        visible = self.clues.visible_at(self.today, self.world.population.size)
        return draw_year(_this_year(self).rng("usual draw"), self.world, self.today, visible)


def begun(world: World) -> Course:
    """The district before its first year, with all that waits for no plan: also complaints and visits after them."""
    frames, clues = before_inspections(world)
    inspected, found = complaint_inspections(world, frames["complaints"])
    punished = penalties(world, inspected, frames["complaints"])
    frames |= after_inspections(world, frames, inspected, punished)
    frames |= with_details(world, frames)
    return Course(world, 0, _tables(frames), joined(clues, found))


def lived(course: Course, draw: Draw) -> Course:
    """The district a year later, whose inspections visited what was drawn on the first day of the year."""
    inspected, clues = inspections_after(course, draw)
    world = _this_year(course)
    nothing = {name: _no_rows(course.tables[name]) for name in course.tables}
    found = _tables(after_inspections(world, nothing, inspected, inspection_penalties(world, inspected)))
    tables = {
        name: pa.concat_tables([table, found[name]]) if name in found else table
        for name, table in course.tables.items()
    }
    return replace(course, years=course.years + 1, tables=tables, clues=clues, inspected=inspected)


def inspections_after(course: Course, draw: Draw) -> tuple[Inspected, Clues]:
    """The inspections alone of the year that begins with this draw, and the clues that there are after it."""
    return inspections_of_year(_this_year(course), draw, course.clues)


def _this_year(course: Course) -> World:
    return course.world.within(str(course.today.astype("datetime64[Y]")))


def _tables(frames: Mapping[str, pd.DataFrame]) -> dict[str, pa.Table]:
    return {name: to_arrow(SUBJECTS[name], frame).cast(table_schema(SUBJECTS[name])) for name, frame in frames.items()}


def _no_rows(table: pa.Table) -> pd.DataFrame:
    return table.slice(0, 0).to_pandas()


def _instant(day: np.datetime64) -> pa.Scalar:
    return pa.scalar(day.astype("datetime64[us]").item(), pa.timestamp("us"))
