"""What is not yet known, or has not yet happened, moves no row of any worklist."""

from datetime import date, datetime, timedelta
from random import Random

import pandas as pd
import pytest

from records.subjects import EVENT_SUBJECTS
from supervision.worklists.draw_up import draw_up
from supervision.worklists.everything import WORKLISTS
from supervision.worklists.ledger import ledger_of
from tests.random_records import AS_OF, ENTERPRISES, SECTORS, Row, Rows, random_rows, records_of
from tests.spec.test_poisoned_future import MIDNIGHT, POISONS
from tests.worklist_tables import rules, standards

GENEROUS = rules(
    buffer={"clean_days": 1, "finding_days": 3650},
    dormancy={"report_days": 3650, "lead_days": 3650},
    cleanup={"unreachable_days": 1, "idle_days": 1},
)
"""Random records are full of contradictions: under the shipped rules few enterprises would be on any list."""


def everything(rows: Rows) -> dict[str, pd.DataFrame]:
    """Every list as it is told, by name."""
    answers = pd.DataFrame(
        [(one, sector, 4, 0.5) for one in ENTERPRISES for sector in SECTORS],
        columns=["enterprise_id", "sector", "tier_rank", "probability"],
    )
    ledger = ledger_of(records_of(rows), AS_OF, GENEROUS, standards(), answers)
    return {name: draw_up(worklist, ledger).told() for name, worklist in WORKLISTS.items()}


def certain(rows: Rows) -> Rows:
    """Rows of enterprises that are on the lists that random ones hardly ever get on."""
    template = rows["enterprises"][0]
    own: Rows = {"enterprises": [template | _register(name) for name in "缓歇失修开诺眠闲"]}
    events = (
        ("inspections", "缓", 60, {"severity": "unreachable"}),
        ("reminders", "缓", 40, {"reply": "will_correct", "replied_on": AS_OF - timedelta(days=30)}),
        ("annual_reports", "歇", 100, {"state": "on_time", "revenue_yuan": 0, "employees": 0}),
        ("inspections", "失", 400, {"severity": "unreachable"}),
        ("penalties", "修", 300, {"kind": "fine", "severity": "general"}),
        ("buffers", "开", 5, {"state": "open", "due_on": None, "closed_on": None}),
        ("commitments", "诺", 50, {"kind": "voluntary"}),
        ("dormancies", "眠", 50, {"planned_end_on": None, "ended_on": None}),
    )
    for number, (subject, enterprise, age, cells) in enumerate(events):
        occurred = {"occurred_on": AS_OF - timedelta(days=age), "known_at": MIDNIGHT - timedelta(days=age - 1)}
        always = {
            "record_id": f"certain-{number}",
            "enterprise_id": enterprise,
            "withdrawn_at": None,
            "use_until": None,
        }
        own.setdefault(subject, []).append(rows[subject][0] | always | occurred | cells)
    return {name: [*rows[name], *own.get(name, [])] for name in rows}


def _register(name: str) -> Row:
    began = {"established_on": date(2010, 1, 1), "valid_from": date(2010, 1, 1), "known_at": datetime(2010, 1, 2)}  # noqa: DTZ001 - naive local time
    return {"enterprise_id": name, "ent_type": "1130", "state": "active", "valid_to": None, **began}


@pytest.fixture(scope="module")
def rows() -> Rows:
    return certain(random_rows(Random(4), 12))


def test_every_list_has_rows_to_move(lists):
    assert {name for name, told in lists.items() if len(told)} == set(WORKLISTS)


@pytest.fixture(scope="module")
def lists(rows: Rows) -> dict[str, pd.DataFrame]:
    return everything(rows)


def moved(before: dict[str, pd.DataFrame], after: dict[str, pd.DataFrame]) -> set[str]:
    return {name for name, told in before.items() if not told.equals(after[name])}


@pytest.mark.parametrize("poison", POISONS)
def test_what_is_not_yet_known_moves_no_list(rows, lists, poison):
    assert moved(lists, everything(poison(rows, Random(1), MIDNIGHT))) == set()


def annulled(rows: Rows, known_at: datetime) -> Rows:
    """The rows, and of every event a version that annuls it, known at that moment."""
    later = {
        subject.name: [row | {"withdrawn_at": row["occurred_on"], "known_at": known_at} for row in rows[subject.name]]
        for subject in EVENT_SUBJECTS
    }
    return {name: [*own, *later.get(name, [])] for name, own in rows.items()}


def test_what_is_annulled_moves_every_list_once_that_is_known(rows, lists):
    """Without this the test above could pass because the poison is harmless."""
    assert moved(lists, everything(annulled(rows, MIDNIGHT))) == set()
    # The random rows hold versions known a microsecond before the as-of date; these are known before them.
    assert moved(lists, everything(annulled(rows, MIDNIGHT - timedelta(microseconds=2)))) == set(WORKLISTS)
