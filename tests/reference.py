"""A slow, plain reading of the declarations: loops over rows, nothing shared with the engine."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property
from math import cos, radians, sqrt
from typing import Any

from features import indicator as declared
from features.catalogue.everything import BY_NAME
from features.indicator import Condition, Indicator
from records.subjects import SUBJECTS

Row = dict[str, Any]
Key = tuple[str, str]
"""Enterprise and sector: a row of the frame."""

RANK = {"none": 0, "minor": 1, "general": 2, "serious": 3}
FILING = {"on_time": 0, "late": 1, "not_filed": 2}
SECTOR_STRENGTH = 50


@dataclass(frozen=True)
class Reference:
    """Values of record and comparing indicators at one as-of date; attributes have their own tests."""

    rows: Mapping[str, list[Row]]
    as_of: date

    @cached_property
    def keys(self) -> list[Key]:
        return sorted((name, sector) for name, row in self.register.items() for sector in row["sectors"] or ["general"])

    @cached_property
    def register(self) -> dict[str, Row]:
        """The row in force of every enterprise that is there."""
        latest: dict[str, Row] = {}
        for row in self._versions_in_force("enterprises"):
            known = latest.get(row["enterprise_id"])
            if row["valid_from"] < self.as_of and (known is None or known["valid_from"] < row["valid_from"]):
                latest[row["enterprise_id"]] = row
        return {name: row for name, row in latest.items() if not self._is_over(row["valid_to"])}

    def value(self, indicator: Indicator, key: Key) -> float | None:
        enterprise, sector = key
        measure = indicator.measure
        match measure:
            case declared.Ratio():
                above, below = self.of(measure.numerator, key), self.of(measure.denominator, key)
                if above is None or below is None or below <= 0:
                    return None
                return max(-measure.cap, min(measure.cap, above / below))
            case declared.Difference():
                first, second = self.of(measure.first, key), self.of(measure.second, key)
                return None if first is None or second is None else first - second
            case declared.ShrunkRate():
                prior = self._sector_rate(measure.numerator, measure.denominator, sector)
                found, looked = self._sums(measure.numerator, measure.denominator, [key])
                return (found + measure.strength * prior) / (looked + measure.strength)
            case declared.GroupRate():
                own = self._group(measure.columns, key)
                alike = [other for other in self.keys if self._group(measure.columns, other) == own]
                return self._pulled(measure.numerator, measure.denominator, alike, measure.strength)
            case declared.Place():
                members = sorted(self.of(measure.of, other) or 0.0 for other in self.keys if other[1] == sector)
                lowest = [members[step * (len(members) - 1) // 100] for step in range(101)]
                return sum(quantile < (self.of(measure.of, key) or 0.0) for quantile in lowest) / 101
            case declared.NeighbourRate():
                near = self._neighbours(enterprise, measure.radius_m)
                found, looked = self._sums(measure.numerator, measure.denominator, near)
                prior = self._sector_rate(measure.numerator, measure.denominator, sector)
                return (found + measure.strength * prior) / (looked + measure.strength)
            case declared.NeighbourSum():
                return self._total(measure.of, self._neighbours(enterprise, measure.radius_m))
            case declared.RelatedSum():
                named = {
                    row["other_enterprise_id"]
                    for row in self.in_force("relations")
                    if row["enterprise_id"] == enterprise
                }
                return self._total(measure.of, [other for other in self.keys if other[0] in named - {enterprise}])
        return self._of_records(indicator, key)

    def of(self, name: str, key: Key) -> float | None:
        if (name, key) not in self._values:
            self._values[name, key] = self.value(BY_NAME[name], key)
        return self._values[name, key]

    @cached_property
    def _values(self) -> dict[tuple[str, Key], float | None]:
        return {}

    # --- which records count

    def in_force(self, subject: str) -> list[Row]:
        if subject not in self._in_force:
            self._in_force[subject] = self._find_in_force(subject)
        return self._in_force[subject]

    @cached_property
    def _in_force(self) -> dict[str, list[Row]]:
        return {}

    def _find_in_force(self, subject: str) -> list[Row]:
        rows = [
            row
            for row in self._versions_in_force(subject)
            if row["occurred_on"] < self.as_of
            and not self._is_over(row["withdrawn_at"])
            and not self._is_over(row["use_until"])
        ]
        if subject == "repairs":
            return rows
        repaired = {
            (repair["enterprise_id"], repair["target_record_id"])
            for repair in self.in_force("repairs")
            if repair["target_subject"] == subject
            and repair["decision"] == "granted"
            and self._is_over(repair["effective_on"])
        }
        return [row for row in rows if (row["enterprise_id"], row["record_id"]) not in repaired]

    def _versions_in_force(self, subject: str) -> list[Row]:
        midnight = datetime.combine(self.as_of, time.min)
        latest: dict[tuple[Any, ...], Row] = {}
        for row in sorted(self.rows.get(subject, []), key=lambda row: row["known_at"]):
            if row["known_at"] < midnight:
                latest[tuple(row[name] for name in SUBJECTS[subject].versioned_by)] = row
        return list(latest.values())

    def _is_over(self, day: date | None) -> bool:
        return day is not None and day <= self.as_of

    # --- measures of an enterprise's own records

    def _of_records(self, indicator: Indicator, key: Key) -> float | None:
        chosen = [
            row
            for row in self.in_force(indicator.subject)
            if row["enterprise_id"] == key[0]
            and (not indicator.by_sector or row["sector"] == key[1])
            and all(self._holds(row, condition) for condition in indicator.where)
            and (indicator.window_days is None or self._age(row) <= indicator.window_days)
        ]
        ages = [self._age(row) for row in chosen]
        measure = indicator.measure
        match measure:
            case declared.Count():
                return len(chosen)
            case declared.Sum():
                return sum(self._cell(row, measure.column) or 0 for row in chosen)
            case declared.Worst():
                return max((self._cell(row, measure.column) or 0 for row in chosen), default=0)
            case declared.Decayed():
                amounts = [1 if measure.column is None else self._cell(row, measure.column) or 0 for row in chosen]
                halves = [0.5 ** (age / measure.half_life_days) for age in ages]
                return sum(round(a * half * 2**28) / 2**28 for a, half in zip(amounts, halves, strict=True))
            case declared.DaysSince():
                return min([*ages, measure.cap_days])
            case declared.DaysSinceFirst():
                return min(max(ages, default=0), measure.cap_days)
            case declared.Distinct():
                return len({self._cell(row, measure.column) for row in chosen} - {None})
            case declared.Repeats():
                values = [cell for row in chosen if (cell := self._cell(row, measure.column)) is not None]
                return len(values) - len(set(values))
            case declared.Trend():
                return sum(age <= 365 for age in ages) - sum(365 < age <= 730 for age in ages)
            case declared.Latest():
                ranked = self._ranked(indicator.subject, chosen)
                return self._cell(ranked[measure.nth - 1], measure.column) if len(ranked) >= measure.nth else None
        raise AssertionError(f"no reading of {measure!r}")

    def _ranked(self, subject: str, rows: list[Row]) -> list[Row]:
        """Latest first."""
        by_day = sorted(rows, key=lambda row: (row["occurred_on"], row["record_id"]))
        if subject in ("annual_reports", "self_inspections"):
            last_of_year = {row["year"]: row for row in by_day}
            return [last_of_year[year] for year in sorted(last_of_year, reverse=True)]
        if subject == "inspections":
            by_day = [row for row in by_day if row["basis"] != "follow_up" and row["severity"] in RANK]
        if subject == "grades":
            by_day = [row for row in by_day if not self._is_over(row["valid_until"])]
        return by_day[::-1]

    def _age(self, row: Row) -> int:
        return (self.as_of - row["occurred_on"]).days

    def _handling_days(self, row: Row) -> int:
        end = row["handled_on"] if self._is_over(row["handled_on"]) else self.as_of
        return (end - row["occurred_on"]).days

    def _cell(self, row: Row, column: str) -> Any:
        derived: dict[str, Callable[[], Any]] = {
            "age_days": lambda: self._age(row),
            "severity_rank": lambda: RANK.get(row["severity"]),
            "state_rank": lambda: FILING[row["state"]],
            "handling_days": lambda: self._handling_days(row),
            "findings": lambda: row["findings_minor"] + row["findings_general"] + row["findings_serious"],
        }
        return derived[column]() if column in derived else row[column]

    def _holds(self, row: Row, condition: Condition) -> bool:
        cell, value = self._cell(row, condition.column), condition.value
        match condition.operator:
            case "in":
                return cell in value
            case "not_in":
                return cell not in value
            case "at_least":
                return cell is not None and cell >= value
            case "is_true":
                return cell is True
            case "is_false":
                return cell is False
            case "is_null":
                return cell is None
            case "reached":
                return self._is_over(cell)
            case "not_reached":
                return not self._is_over(cell)
            case "passed":
                return cell is not None and cell < self.as_of
        raise AssertionError(f"no reading of {condition!r}")

    # --- comparisons

    def _total(self, name: str, keys: list[Key]) -> float:
        """Over enterprises: once per sector where the indicator is by sector, else once."""
        if not BY_NAME[name].by_sector:
            keys = list({enterprise: (enterprise, sector) for enterprise, sector in keys}.values())
        return sum(self.of(name, key) or 0.0 for key in keys)

    def _sums(self, numerator: str, denominator: str, keys: list[Key]) -> tuple[float, float]:
        found, looked = (sum(self.of(name, key) or 0.0 for key in keys) for name in (numerator, denominator))
        return found, looked

    def _pulled(self, numerator: str, denominator: str, keys: list[Key], strength: float) -> float:
        all_found, all_looked = self._sums(numerator, denominator, self.keys)
        found, looked = self._sums(numerator, denominator, keys)
        return (found + strength * (all_found / all_looked if all_looked else 0.0)) / (looked + strength)

    def _sector_rate(self, numerator: str, denominator: str, sector: str) -> float:
        return self._pulled(numerator, denominator, [key for key in self.keys if key[1] == sector], SECTOR_STRENGTH)

    def _group(self, columns: tuple[str, ...], key: Key) -> list[Any]:
        return [key[1] if column == "sector" else self.register[key[0]][column] for column in columns]

    def _neighbours(self, enterprise: str, radius_m: int) -> list[Key]:
        return [key for key in self.keys if key[0] != enterprise and self._metres(enterprise, key[0]) <= radius_m]

    def _metres(self, one: str, other: str) -> float:
        here, there = self.register[one], self.register[other]
        if None in (here["lat"], here["lon"], there["lat"], there["lon"]):
            return float("inf")
        north = (here["lat"] - there["lat"]) * 110_574
        east = (here["lon"] - there["lon"]) * 110_574 * cos(radians((here["lat"] + there["lat"]) / 2))
        return sqrt(north**2 + east**2)
