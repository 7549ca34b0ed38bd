"""Looks into one enterprise of the snapshot in service: why it has its tier, why that changed, what would change it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, lru_cache, partial

from model.reasons import Reason
from model.standard import Standard
from model.tiers import tier_shares
from records.errors import RequestError
from serving.access.scope import EVERYTHING, Scope
from serving.explainer import Evidence
from serving.results import Result
from serving.review.enterprise.actions import Action
from serving.review.enterprise.change import Split, split_change
from serving.review.enterprise.comparable import Comparable, comparable
from serving.review.enterprise.gaps import Feed, Gap, feeds, gaps
from serving.review.enterprise.history import History, Standpoint
from serving.review.enterprise.lawful import Step, lawful_steps
from serving.review.enterprise.letter import Letter, reasons_without_secrets, write_letter
from serving.review.enterprise.own_records import OwnRecords, own_records
from serving.review.enterprise.record_changes import RecordChange, record_changes
from serving.review.enterprise.record_shown import RecordsShown
from serving.review.enterprise.recourse import Recourse, find_recourse
from serving.review.enterprise.secrecy import without_secrets
from serving.review.enterprise.tier_move import PolicyChange, policy_changes
from serving.review.enterprise.waterfall import Waterfall, waterfall
from serving.review.enterprise.what_if import WhatIf, what_if
from serving.scorer import Scorer

REMEMBERED = 256
"""How many answers that took a build are kept while a snapshot is in service."""
LOOKED_INTO = 32
"""Of how many enterprises records, evidence and steps are kept: whoever looks at a page asks several things of it."""


@dataclass(frozen=True)
class Found:
    """An enterprise in one sector: its result and row, the sectors that it is seen in, and its records."""

    result: Result
    row: int
    sectors: tuple[str, ...]
    records: OwnRecords

    @property
    def enterprise_id(self) -> str:
        return self.records.enterprise_id

    @property
    def sector(self) -> str:
        sector: str = self.result["sector"]
        return sector


@dataclass(frozen=True)
class Changed:
    """What became of an enterprise since an earlier date.

    `split` is null where the margins cannot be split, `records` what came, changed or counts no more.
    """

    earlier: Standpoint
    later: Standpoint
    split: Split | None
    policy: tuple[PolicyChange, ...]
    records: tuple[RecordChange, ...]


class Examiner:
    """Answers about enterprises of one scorer's snapshot; what takes a build is remembered."""

    def __init__(self, scorer: Scorer) -> None:
        self._scorer = scorer
        self._history = History(scorer)
        self._splits = lru_cache(maxsize=REMEMBERED)(self._split)
        self._recourses = lru_cache(maxsize=REMEMBERED)(self._search)
        self._records = lru_cache(maxsize=LOOKED_INTO)(partial(own_records, scorer.snapshot))
        self._evidence = lru_cache(maxsize=LOOKED_INTO)(self._look_up)
        self._steps = lru_cache(maxsize=LOOKED_INTO)(self._lawful)

    @property
    def as_of(self) -> date:
        """The as-of date of the snapshot in service."""
        return self._scorer.snapshot.as_of

    def standard_of(self, sector: str) -> Standard | None:
        """The standard of a sector; null where none names it."""
        model = self._scorer.release.model_of(sector)
        return None if model is None else model.standard

    def find(self, enterprise_id: str, sector: str | None, scope: Scope = EVERYTHING) -> Found:
        """The enterprise in a sector; null: in the one where its tier is highest.

        Raises RequestError (404) alike for one that is unknown and one outside the scope.
        """
        answers = self._scorer.answers(enterprise_id, scope)
        chosen = [one for one in answers if sector is None or one[0]["sector"] == sector]
        if not chosen:
            raise RequestError(
                "unknown_enterprise",
                "enterprise_id",
                "An enterprise must be known to the snapshot, in the sector and in the token's scope, this one is not; "
                "correct the id or the sector.",
                404,
            )
        result, row = max(chosen, key=lambda one: one[0]["tier_rank"] or 0)
        sectors = tuple(one[0]["sector"] for one in answers)
        return Found(result, row, sectors, self._records(enterprise_id))

    def reasons(self, found: Found) -> Waterfall | None:
        """Why the margin is what it is; null where the source has none."""
        if found.result["margin"] is None:
            return None
        evidence = self._evidence(found.enterprise_id)
        with self._scorer.lock:
            values = self._scorer.snapshot.frame[found.row]
            baseline, reasons, _ = self._scorer.explainer.reasons(found.result, values, evidence)
        return waterfall(baseline, reasons, found.result["margin"])

    def tier_shares(self, found: Found) -> tuple[float, ...] | None:
        """In what share of the calibration's bootstrap samples the model would give each tier, in ascending rank.

        Null where there is no margin, or the model was calibrated without such samples.
        """
        model = self._scorer.release.model_of(found.sector)
        if found.result["margin"] is None or model is None or model.calibration is None:
            return None
        if not model.calibration.replicates:
            return None
        values = self._scorer.explainer.values_of(model, self._scorer.snapshot.frame[found.row])
        with self._scorer.lock:
            raw = float(model.raw_margins(values[None, :])[0])
        return tier_shares(model.calibration.replicated(raw), model.standard.cuts)

    def history(self, found: Found) -> tuple[Standpoint, ...]:
        """Where it stood at each earlier snapshot at hand, the one in service first, with what people decided since."""
        now, *earlier = self._history.of(found.enterprise_id, found.sector)
        return (replace(now, result=found.result), *earlier)

    def change(self, found: Found, since: str) -> Changed:
        """Why tier and margin changed since the earlier snapshot of that digest.

        Raises RequestError (404) for a snapshot that is not at hand or did not know the enterprise in the sector.
        """
        now, *standpoints = self.history(found)
        earlier = next((one for one in standpoints if one.snapshot.digest == since), None)
        if earlier is None:
            raise RequestError(
                "unknown_snapshot",
                "since",
                "An earlier snapshot must be one that is at hand and knows the enterprise in the sector; choose one "
                "from the history.",
                404,
            )
        records = record_changes(
            own_records(earlier.snapshot, found.enterprise_id).frames, found.records.frames, self.as_of
        )
        split = self._splits(found.enterprise_id, found.sector, since)
        return Changed(earlier, now, split, policy_changes(earlier, now), records)

    def comparable(self, found: Found, scope: Scope = EVERYTHING) -> tuple[Comparable, ...]:
        """The nearest enterprises of the sector that the caller may see."""
        return comparable(self._scorer.snapshot, found.row, is_visible=self._scorer.is_visible(scope))

    def gaps(self, found: Found) -> tuple[Gap, ...]:
        """The indicators of the sector's model that have no value."""
        model = self._scorer.release.model_of(found.sector)
        if model is None:
            return ()
        values = self._scorer.explainer.values_of(model, self._scorer.snapshot.frame[found.row])
        return gaps(model.indicators, values)

    def feeds(self, found: Found) -> tuple[Feed, ...]:
        """What arrives about the enterprise, and whether anything does about anybody."""
        return feeds(self._scorer.snapshot, found.records.frames)

    def steps(self, found: Found) -> tuple[Step, ...]:
        """What the enterprise may lawfully do to be judged better."""
        return self._steps(found.enterprise_id)

    def what_if(self, found: Found, actions: Sequence[Action]) -> WhatIf:
        """What the release would say after the actions; RequestError for one that names no record that counts."""
        self._needs_model(found)
        return what_if(self._scorer, found.enterprise_id, found.sector, found.records.frames, actions)

    def recourse(self, found: Found) -> Recourse:
        """The smallest set of lawful steps that lowers the tier, or that none does."""
        self._needs_model(found)
        return self._recourses(found.enterprise_id, found.sector)

    def letter(self, found: Found, dated: date) -> Letter | None:
        """The letter to the enterprise, dated on the day; null without a tier."""
        model = self._scorer.release.model_of(found.sector)
        if model is None:
            return None
        told = OwnRecords(found.enterprise_id, without_secrets(found.records.tables))
        reasons: list[Reason] = []
        if found.result["margin"] is not None:
            explainer = self._scorer.explainer
            with self._scorer.lock:
                evidence = self._scorer.evidence(told.loaded(), [found.enterprise_id])
                reasons = reasons_without_secrets(
                    model,
                    explainer.values_of(model, self._scorer.snapshot.frame[found.row]),
                    explainer.typical_of(model, found.sector),
                    evidence.of(found.enterprise_id, found.sector, model.indicators),
                )
        as_of = self._scorer.snapshot.as_of
        steps = lawful_steps(told.tables, as_of, self._report_years)
        return write_letter(found.result, model.standard, reasons, RecordsShown(told.frames), steps, as_of, dated)

    @cached_property
    def _report_years(self) -> frozenset[int]:
        """The years on which the snapshot holds a report of anybody."""
        years = self._scorer.snapshot.read_records("annual_reports").column("year")
        return frozenset(years.unique().to_pylist())

    def _needs_model(self, found: Found) -> None:
        if self._scorer.release.model_of(found.sector) is None:
            raise RequestError(
                "no_model",
                "sector",
                "A sector must have a standard to be answered for, this one has none; name another.",
            )

    def _split(self, enterprise_id: str, sector: str, since: str) -> Split | None:
        now, *standpoints = self._history.of(enterprise_id, sector)
        earlier = next(one for one in standpoints if one.snapshot.digest == since)
        with self._scorer.lock:
            return split_change(earlier, now, enterprise_id, sector)

    def _search(self, enterprise_id: str, sector: str) -> Recourse:
        frames = self._records(enterprise_id).frames
        return find_recourse(self._scorer, enterprise_id, sector, frames, self._steps(enterprise_id))

    def _lawful(self, enterprise_id: str) -> tuple[Step, ...]:
        return lawful_steps(self._records(enterprise_id).tables, self.as_of, self._report_years)

    def _look_up(self, enterprise_id: str) -> Evidence:
        with self._scorer.lock:
            return self._scorer.evidence(self._records(enterprise_id).loaded(), [enterprise_id])


@lru_cache(maxsize=1)
def examiner_of(scorer: Scorer) -> Examiner:
    """The one examiner of what is in service."""
    return Examiner(scorer)
