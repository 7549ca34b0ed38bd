"""A sector's published standard: what counts as a problem, where tiers begin, and what each tier means.

A directory of standards holds one TOML file per sector, named after it (`routing.toml` is none). Required are `name`,
`office`, `outcome` (`severity`, `horizon_days`) and `tiers.cuts`; all else has the default that `Standard` states.
A file may say `inherits = "other_sector"`: keys that it does not state are then the other's, whole table by
whole table, except those that belong to one standard alone (`name`, `version`, `valid_from`, `deadline`).
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from model.standard_checks import find_missing, find_problems
from model.standard_terms import (
    DEFAULT_SAMPLING,
    Band,
    DirectHigh,
    PointTable,
    SamplingRule,
    StatutoryMinimum,
)
from records.errors import ConfigError
from records.toml_checks import Problem, located, parse, text_of

GENERAL = "general"
ROUTING_FILE = "routing.toml"
"""The one TOML file in a directory of standards that is no sector (`model.routing`)."""
SHIPPED_STANDARDS = Path(__file__).resolve().parents[1] / "sectors"

Tables = dict[str, dict[str, Any]]
"""The files of a directory as TOML gives them, by sector."""

_NOT_INHERITED = ("inherits", "name", "version", "valid_from", "deadline")


@dataclass(frozen=True)
class Standard:
    """One sector's standard, as its office signed it.

    `outcome_severity` is the least severity of a finding that counts as a problem, `horizon_days` the days
    after the as-of date in which it must be found, `maturity_days` how long after that a result may come in:
    in calendar days, since terms in working days would end with the last year whose holidays are announced, and the
    longest, 20 working days, never took more than 38 of them (`tests/unit/test_calendar.py`).
    `cuts` are the calibrated probabilities at which the second, third and fourth tier begin. `parent` is
    the sector it inherits from (null: none). `deadline` is when the sector had to be classified.
    `native_scale` maps the grades of an official scheme to tier ids. `own_indicators` are the sector's own, by their
    names in the catalogue, beside the general ones.
    """

    sector: str
    name_zh: str
    name_en: str
    office: str
    outcome_severity: str
    horizon_days: int
    cuts: tuple[float, float, float]
    maturity_days: int = 0
    direct_high: tuple[DirectHigh, ...] = ()
    sampling: Mapping[str, SamplingRule] = field(default_factory=lambda: dict(DEFAULT_SAMPLING))
    statutory_minimum: StatutoryMinimum | None = None
    point_table: PointTable | None = None
    native_scale: Mapping[str, str] = field(default_factory=dict)
    version: str = "1"
    valid_from: date | None = None
    deadline: date | None = None
    parent: str | None = None
    references: tuple[str, ...] = ()
    own_indicators: tuple[str, ...] = ()

    @property
    def rule_indicators(self) -> tuple[str, ...]:
        """The indicators that the hard rules and the point table rest on, sorted."""
        names = {rule.condition.indicator for rule in self.direct_high}
        if self.point_table:
            names |= set(self.point_table.bands) | set(self.point_table.per_unit)
        return tuple(sorted(names))

    def to_json(self) -> dict[str, Any]:
        """Everything, defaults included, as JSON values; `from_json` gives an equal standard back."""
        return {key: value.isoformat() if isinstance(value, date) else value for key, value in asdict(self).items()}

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> "Standard":
        """The standard that `to_json` wrote, also after a walk through JSON text."""
        table = content["point_table"]
        minimum = content["statutory_minimum"]
        return cls(
            **{
                **content,
                "cuts": tuple(content["cuts"]),
                "direct_high": tuple(DirectHigh(**rule) for rule in content["direct_high"]),
                "sampling": {tier: _sampling(rule) for tier, rule in content["sampling"].items()},
                "statutory_minimum": minimum and StatutoryMinimum(**minimum),
                "point_table": table and _point_table(table, start="start"),
                "valid_from": _date(content["valid_from"]),
                "deadline": _date(content["deadline"]),
                "references": tuple(content["references"]),
                # A standard saved before sectors had indicators of their own names none.
                "own_indicators": tuple(content.get("own_indicators", ())),
            }
        )


def read_standards(directory: Path) -> dict[str, Standard]:
    """Every standard in a directory by sector id (the file's stem), sorted; "general" is always there.

    A directory without `general.toml` gets the one that is shipped in `sectors/`.

    Raises
    ------
    ConfigError
        When the directory holds no TOML file, or with every problem of every file, one sentence per line with
        file and line.
    """
    files = sorted(path for path in Path(directory).glob("*.toml") if path.name != ROUTING_FILE)
    paths = {path.stem: path for path in files}
    if not paths:
        raise ConfigError(
            f"A directory of standards must hold one TOML file per sector, but {directory} has none; "
            "name a directory that has."
        )
    paths.setdefault(GENERAL, SHIPPED_STANDARDS / f"{GENERAL}.toml")
    texts = {sector: text_of(path) for sector, path in paths.items()}
    raw, complaints = _parse(paths, texts)
    complaints += _twins(paths)
    for sector in raw:
        complaints += located(paths[sector], texts[sector], _problems(sector, raw))
    if complaints:
        raise ConfigError("\n".join(complaints))
    return {sector: _build(sector, _inherit(sector, raw)) for sector in sorted(raw)}


def _twins(paths: Mapping[str, Path]) -> list[str]:
    """A complaint about each sector id that another file has already: capitals and blanks tell no sectors apart."""
    owners: dict[str, Path] = {}
    complaints = []
    for sector, path in paths.items():
        owner = owners.setdefault(sector.strip().casefold(), path)
        if owner is not path:
            complaints.append(f"{path}:1: a sector id must belong to one file, {owner.name} has it too; remove one.")
    return complaints


def _parse(paths: Mapping[str, Path], texts: Mapping[str, str]) -> tuple[Tables, list[str]]:
    """The tables of all files that are TOML, and a complaint about each that is not."""
    raw: Tables = {}
    complaints = []
    for sector, text in texts.items():
        try:
            raw[sector] = parse(paths[sector], text)
        except ConfigError as error:
            complaints.append(str(error))
    return raw, complaints


def _problems(sector: str, raw: Tables) -> list[Problem]:
    """What is wrong in one file; a key is missing only if the line of its ancestors is whole."""
    lost = _find_lost_parent(sector, raw)
    return [*find_problems(raw[sector]), *(lost or find_missing(_inherit(sector, raw)))]


def _ancestors(sector: str, raw: Tables) -> list[str]:
    """The sector, its parent, and so on; ends before a sector that is unknown or would come twice."""
    line: list[str] = []
    current: Any = sector
    while isinstance(current, str) and current in raw and current not in line:
        line.append(current)
        current = raw[current].get("inherits")
    return line


def _inherit(sector: str, raw: Tables) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for ancestor in reversed(_ancestors(sector, raw)[1:]):
        merged |= {key: value for key, value in raw[ancestor].items() if key not in _NOT_INHERITED}
    return merged | raw[sector]


def _find_lost_parent(sector: str, raw: Tables) -> list[Problem]:
    parent = raw[sector].get("inherits")
    if not isinstance(parent, str):
        return []
    if parent not in raw:
        return [(("inherits",), f"inherits must name a readable standard beside it, got {parent!r}; correct it")]
    if raw[_ancestors(sector, raw)[-1]].get("inherits") == sector:
        return [(("inherits",), f"inherits must not lead back to {sector!r}, got {parent!r}; break the circle")]
    return []


def _build(sector: str, raw: Mapping[str, Any]) -> Standard:
    """The standard of a checked table; absent keys take the defaults of `Standard`."""
    minimum, table = raw.get("statutory_minimum"), raw.get("point_table")
    stated = {tier: _sampling(rule) for tier, rule in raw.get("sampling", {}).items()}
    return Standard(
        sector=sector,
        name_zh=raw["name"]["zh"],
        name_en=raw["name"]["en"],
        office=raw["office"],
        outcome_severity=raw["outcome"]["severity"],
        horizon_days=raw["outcome"]["horizon_days"],
        maturity_days=raw["outcome"].get("maturity_days", 0),
        cuts=tuple(raw["tiers"]["cuts"]),
        direct_high=tuple(DirectHigh(**rule) for rule in raw.get("direct_high", [])),
        sampling={**DEFAULT_SAMPLING, **stated},
        statutory_minimum=StatutoryMinimum(**minimum) if minimum else None,
        point_table=_point_table(table, start="from") if table else None,
        native_scale=dict(raw.get("native_scale", {})),
        version=raw.get("version", "1"),
        valid_from=raw.get("valid_from"),
        deadline=raw.get("deadline"),
        parent=raw.get("inherits"),
        references=tuple(raw.get("references", [])),
        own_indicators=tuple(raw.get("indicators", [])),
    )


def _sampling(rule: Mapping[str, Any]) -> SamplingRule:
    return SamplingRule(**{**rule, "items": tuple(rule.get("items", ()))})


def _point_table(table: Mapping[str, Any], start: str) -> PointTable:
    bands = {
        name: tuple(Band(float(band[start]), float(band["points"])) for band in rows)
        for name, rows in table.get("bands", {}).items()
    }
    return PointTable(**{**table, "cuts": tuple(table["cuts"]), "bands": bands})


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
