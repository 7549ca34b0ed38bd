"""What is not yet known cannot move a frame: not one byte of any indicator, nor of the comparison tables."""

from copy import deepcopy
from datetime import datetime, time, timedelta
from itertools import product
from random import Random

import numpy as np
import pytest

from features.build import Frame, build_frame
from records.contract import Subject
from records.subjects import EVENT_SUBJECTS, SUBJECTS
from tests.random_records import AS_OF, ENTERPRISES, Row, Rows, random_rows, records_of

MIDNIGHT = datetime.combine(AS_OF, time.min)
TOO_LATE = (timedelta(0), timedelta(microseconds=1), timedelta(days=1), timedelta(days=400))


@pytest.fixture(scope="module")
def rows() -> Rows:
    return random_rows(Random(7), 120)


@pytest.fixture(scope="module")
def frame(rows: Rows) -> Frame:
    return build_frame(records_of(rows), AS_OF)


def content(frame: Frame) -> tuple[object, ...]:
    """Every byte of a frame: keys, values and comparison tables."""
    peers = {name: table.to_pydict() for name, table in sorted(frame.peers.tables.items())}
    return frame.keys.to_csv(), frame.values.tobytes(), repr(peers)


def moved(before: Frame, after: Frame) -> set[str]:
    """The indicators of which a value changed; all of them if the rows did."""
    if not before.keys.equals(after.keys):
        return set(before.names)
    same = (before.values == after.values) | (np.isnan(before.values) & np.isnan(after.values))
    return {name for name, unmoved in zip(before.names, same.all(axis=0), strict=True) if not unmoved}


def versions_known_from(rows: Rows, random: Random, known_at: datetime) -> Rows:
    """The rows, and of every record a later version that changes all it can, known from about then."""
    extra: Rows = {}
    for name, subject in SUBJECTS.items():
        others = random_rows(random, 120)[name]
        extra[name] = [_changed(row, random.choice(others), subject, random, known_at) for row in rows[name]]
    return _together(rows, extra)


def _changed(row: Row, other: Row, subject: Subject, random: Random, known_at: datetime) -> Row:
    changed = other | {name: row[name] for name in subject.versioned_by}
    return changed | {"known_at": known_at + random.choice(TOO_LATE)}


def withdrawals_known_from(rows: Rows, random: Random, known_at: datetime) -> Rows:
    """The rows, and of every event a version that annuls it, known from about then."""
    return _together(
        rows,
        {
            subject.name: [
                row | {"withdrawn_at": row["occurred_on"], "known_at": known_at + random.choice(TOO_LATE)}
                for row in rows[subject.name]
            ]
            for subject in EVENT_SUBJECTS
        },
    )


def repairs_known_from(rows: Rows, random: Random, known_at: datetime) -> Rows:
    """The rows, and a granted repair of every record that can be repaired, effective at once."""
    template = rows["repairs"][0]
    targets = SUBJECTS["repairs"].column("target_subject").codes
    repairs = [
        template
        | {
            "record_id": f"late-{subject}-{number}",
            "enterprise_id": row["enterprise_id"],
            "occurred_on": row["occurred_on"],
            "known_at": known_at + random.choice(TOO_LATE),
            "target_subject": subject,
            "target_record_id": row["record_id"],
            "decision": "granted",
            "effective_on": row["occurred_on"],
            "withdrawn_at": None,
            "use_until": None,
        }
        for subject in targets
        for number, row in enumerate(rows[subject])
    ]
    return _together(rows, {"repairs": repairs})


def new_records_known_from(rows: Rows, random: Random, known_at: datetime) -> Rows:
    """The rows, new records of all subjects that happened long before, and new enterprises, known from about then."""
    extra = random_rows(random, 120)
    for subject in EVENT_SUBJECTS:
        for number, row in enumerate(extra[subject.name]):
            row |= {"record_id": f"new-{subject.name}-{number}", "known_at": known_at + random.choice(TOO_LATE)}
    for number, row in enumerate(extra["enterprises"]):
        row |= {"enterprise_id": f"新{number % len(ENTERPRISES)}", "known_at": known_at + random.choice(TOO_LATE)}
    return _together(rows, extra)


def records_that_happen_later(rows: Rows, random: Random, known_at: datetime) -> Rows:
    """The rows, and records known early (a system that writes plans as facts) of what happens on that day or later."""
    extra = random_rows(random, 120)
    for subject in EVENT_SUBJECTS:
        for number, row in enumerate(extra[subject.name]):
            happens = (known_at + random.choice(TOO_LATE)).date()
            row |= {"record_id": f"new-{subject.name}-{number}", "occurred_on": happens}
            row |= {"known_at": MIDNIGHT - timedelta(days=1)}
    extra["enterprises"] = [
        row | {"valid_from": (known_at + random.choice(TOO_LATE)).date(), "known_at": MIDNIGHT - timedelta(days=9)}
        for row in extra["enterprises"]
    ]
    return _together(rows, extra)


def _together(rows: Rows, extra: Rows) -> Rows:
    """Both, each key once: the first row of a key stays."""
    together = deepcopy(rows)
    for name, own in extra.items():
        key = SUBJECTS[name].key
        unique = {tuple(row[column] for column in key): row for row in [*own[::-1], *together[name][::-1]]}
        together[name] = list(unique.values())[::-1]
    return together


POISONS = (
    versions_known_from,
    withdrawals_known_from,
    repairs_known_from,
    new_records_known_from,
    records_that_happen_later,
)


@pytest.mark.parametrize("poison", POISONS)
def test_what_is_not_yet_known_moves_no_byte(rows, frame, poison):
    poisoned = poison(rows, Random(1), MIDNIGHT)
    assert sum(map(len, poisoned.values())) > sum(map(len, rows.values()))
    assert content(build_frame(records_of(poisoned), AS_OF)) == content(frame)


@pytest.mark.parametrize("poison", POISONS)
def test_the_same_rows_move_the_frame_once_they_are_known(rows, frame, poison):
    """Without this the test above could pass because the poison is harmless."""
    known = poison(rows, Random(1), MIDNIGHT - timedelta(days=500))
    assert len(moved(frame, build_frame(records_of(known), AS_OF))) > 50


def test_every_indicator_of_records_is_moved_by_some_poison_once_it_is_known(rows, frame):
    """Every subject's indicators are in danger: the poison reaches all of them."""
    early = MIDNIGHT - timedelta(days=500)
    unmoved = {name for name in frame.names if not name.startswith("enterprises_")}
    # Some look at so few records (of one matter, in one sector, found true) that it takes a second dose.
    for seed, poison in product(range(1, 5), POISONS[:4]):
        if unmoved:
            # On the register as it is: with other rows nothing could be compared.
            known = poison(rows, Random(seed), early) | {"enterprises": rows["enterprises"]}
            unmoved -= moved(frame, build_frame(records_of(known), AS_OF))
    assert unmoved <= set(), f"no poison reaches {sorted(unmoved)}"
