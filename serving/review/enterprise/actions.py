"""What could be done about an enterprise's records, and its records as they would be once it is done.

Every action takes effect by the same mechanism as the real one (`features.timeline`): a repair is a granted application
that acts from the as-of date on, a withdrawal is `withdrawn_at`, a removal from a list is `removed_on`, a payment is
`performed_on`, and a report filed late is a later version of the one that was noted as missing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Literal, get_args

import pandas as pd

from records.annual_report_windows import shipped_windows
from records.errors import ConfigError, RequestError
from records.subjects import SUBJECTS

Verb = Literal["repair", "withdraw", "remove", "pay", "file"]
VERBS: tuple[Verb, ...] = get_args(Verb)
VERB_WORDS: dict[Verb, tuple[str, str]] = {
    "repair": ("修复", "repair"),
    "withdraw": ("撤销", "withdraw"),
    "remove": ("移出名录", "remove from the list"),
    "pay": ("缴清罚款", "pay the fine"),
    "file": ("补报年报", "file the annual report"),
}
"""What each action is called."""

REPAIRABLE = SUBJECTS["repairs"].column("target_subject").codes
"""The subjects whose records a repair may name."""
_SUBJECTS_OF: dict[Verb, tuple[str, ...]] = {
    "repair": REPAIRABLE,
    "withdraw": tuple(name for name in SUBJECTS if name != "enterprises"),
    "remove": ("listings",),
    "pay": ("penalties",),
    "file": ("annual_reports",),
}
_INVENTED = "what-if"
_FIGURES = ("employees", "assets_yuan", "liabilities_yuan", "revenue_yuan", "profit_yuan", "tax_yuan")

Frames = Mapping[str, pd.DataFrame]
"""The records of one enterprise by subject, with the contract's columns."""


@dataclass(frozen=True, order=True)
class Action:
    """One thing to be done about a record; `key` is its id, or the year of a report that is filed."""

    do: Verb
    subject: str
    key: str

    def __str__(self) -> str:
        """As forms and addresses write it."""
        return f"{self.do}:{self.subject}:{self.key}"


def read_action(text: str) -> Action:
    """The action that `str` wrote; RequestError for anything else."""
    verb, _, rest = text.partition(":")
    subject, _, key = rest.partition(":")
    found = next((one for one in VERBS if one == verb), None)
    if found is None or not key:
        raise RequestError(
            "unknown_action",
            "actions",
            f"An action must read VERB:SUBJECT:RECORD with a verb of {', '.join(VERBS)}; correct it.",
        )
    return checked(Action(found, subject, key))


def checked(action: Action) -> Action:
    """The action, if its verb fits its subject; else RequestError."""
    fitting = _SUBJECTS_OF[action.do]
    if action.subject not in fitting:
        raise RequestError(
            "unknown_action", "actions", f"{action.do} is for {', '.join(fitting)}; correct the verb or the subject."
        )
    return action


def carried_out(frames: Frames, actions: Sequence[Action], as_of: date) -> Frames:
    """The records as they would be if the actions took effect at 00:00 of `as_of`; `frames` stay as they are.

    `frames` are records that count at `as_of`. Raises RequestError for a record that is not among them, and for a
    report that is not due, or filed already.
    """
    changed = dict(frames)
    for action in sorted(set(actions)):
        changed[_target(action)] = _EFFECTS[action.do](changed, action, as_of)
    return changed


def _target(action: Action) -> str:
    return "repairs" if action.do == "repair" else action.subject


def _withdrawn(frames: Frames, action: Action, as_of: date) -> pd.DataFrame:
    return _with_date(frames, action, "withdrawn_at", as_of)


def _removed(frames: Frames, action: Action, as_of: date) -> pd.DataFrame:
    return _with_date(frames, action, "removed_on", as_of)


def _paid(frames: Frames, action: Action, as_of: date) -> pd.DataFrame:
    return _with_date(frames, action, "performed_on", as_of)


def _with_date(frames: Frames, action: Action, column: str, as_of: date) -> pd.DataFrame:
    """The subject's rows with a date written into the record that the action names."""
    rows = frames[action.subject].astype({column: object})
    is_named = _is_named(rows, action)
    return rows.assign(**{column: rows[column].where(~is_named, as_of)})


def _repaired(frames: Frames, action: Action, as_of: date) -> pd.DataFrame:
    named = frames[action.subject][_is_named(frames[action.subject], action)].iloc[0]
    granted = {
        "target_subject": action.subject,
        "target_record_id": action.key,
        "decision": "granted",
        "effective_on": as_of,
    }
    return _appended(frames["repairs"], _invented(action, str(named["enterprise_id"]), as_of) | granted)


def _filed(frames: Frames, action: Action, as_of: date) -> pd.DataFrame:
    reports = frames["annual_reports"]
    year, state = _report_due(frames, action, as_of)
    own = reports[reports["year"] == year]
    if (own["state"] != "not_filed").any():
        raise RequestError(
            "already_filed", "actions", f"Only a missing report can be filed, that on {year} was; leave it out."
        )
    # Nothing else about the enterprise changes, so it reports the figures of its latest report.
    filed = reports[reports["state"] != "not_filed"].sort_values(["year", "occurred_on"])
    figures = {name: filed[name].iloc[-1] for name in _FIGURES} if len(filed) else {}
    new = _invented(action, str(frames["enterprises"]["enterprise_id"].iloc[0]), as_of) | {"year": year, "state": state}
    noted = {"record_id": own["record_id"].iloc[-1]} if len(own) else {}
    return _appended(reports.drop(own.index), new | figures | noted)


def _report_due(frames: Frames, action: Action, as_of: date) -> tuple[int, str]:
    """The year and the state that a report filed on the eve of `as_of` has; RequestError if none is due."""
    entry = frames["enterprises"].sort_values("valid_from").iloc[-1]
    region = None if pd.isna(entry["region"]) else str(entry["region"])
    year = int(action.key) if action.key.isdecimal() and len(action.key) == len("2024") else 0
    try:
        window = shipped_windows().of(year, region)
        is_due = window.opens < as_of and pd.Timestamp(entry["established_on"]).year <= year
    except ConfigError:
        is_due = False
    if not is_due:
        raise RequestError(
            "not_due", "actions", "Only a report that is due can be filed, none is on that year; correct the year."
        )
    return year, "on_time" if _eve(as_of) <= window.closes else "late"


def _is_named(rows: pd.DataFrame, action: Action) -> "pd.Series[bool]":
    named = rows["record_id"] == action.key
    if not named.any():
        raise RequestError(
            "unknown_record",
            "actions",
            f"An action must name a record of the enterprise among its {action.subject} that count at the as-of date; "
            "correct the id.",
        )
    return named


def _invented(action: Action, enterprise_id: str, as_of: date) -> dict[str, Any]:
    """The common columns of a record that the action adds: of the eve, so that it counts at the as-of date."""
    eve = _eve(as_of)
    owner = dict.fromkeys(("producer", "provider", "responsible", "source"), _INVENTED)
    own = {"record_id": f"{_INVENTED}:{action}", "enterprise_id": enterprise_id}
    return own | {"occurred_on": eve, "known_at": datetime.combine(eve, time())} | owner


def _eve(as_of: date) -> date:
    return as_of - timedelta(days=1)


def _appended(rows: pd.DataFrame, new: Mapping[str, Any]) -> pd.DataFrame:
    """The rows and one more, as objects: a null among whole numbers would make them fractions."""
    last = pd.DataFrame([{name: new.get(name) for name in rows.columns}], dtype=object)
    return pd.concat([rows.astype(object), last], ignore_index=True)


_EFFECTS: dict[Verb, Callable[[Frames, Action, date], pd.DataFrame]] = {
    "repair": _repaired,
    "withdraw": _withdrawn,
    "remove": _removed,
    "pay": _paid,
    "file": _filed,
}
