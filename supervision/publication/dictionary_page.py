"""The indicator dictionary as the public reads it."""

from collections.abc import Mapping
from dataclasses import dataclass

from features.dictionary import Row, dictionary_rows
from features.indicator import CATEGORIES
from model.standard import GENERAL, Standard
from records.subjects import SUBJECTS
from supervision.publication.words import DIRECTION_SIGNS, DIRECTION_WORDS, halves, source, unit
from training.cards.blocks import Text


@dataclass(frozen=True)
class Entry:
    """One indicator in words; `window` is null where it counts no records, `owners` are sectors that call it theirs."""

    name: str
    label: Text
    computed: Text
    window: Text | None
    unit: Text
    sign: str
    direction: Text
    null_meaning: Text | None
    source: Text
    owners: tuple[tuple[str, Text], ...]


@dataclass(frozen=True)
class Group:
    """The entries of one first-level category about one subject of records."""

    id: str
    category: Text
    subject: Text
    entries: tuple[Entry, ...]


def dictionary_groups(standards: Mapping[str, Standard]) -> tuple[Group, ...]:
    """The whole dictionary: first-level categories in the order of the national scheme, subjects within them."""
    rows = dictionary_rows()
    owners = _owners(standards)
    groups = []
    for category, (zh, en) in CATEGORIES.items():
        for subject in SUBJECTS.values():
            own = [row for row in rows if row["category"] == category and row["subject"] == subject.name]
            if own:
                entries = tuple(_entry(row, owners.get(str(row["name"]), ())) for row in own)
                name = f"{category}-{subject.name}"
                groups.append(Group(name, Text(zh, en), Text(subject.zh, subject.en), entries))
    return tuple(groups)


def _owners(standards: Mapping[str, Standard]) -> dict[str, tuple[tuple[str, Text], ...]]:
    """The sectors, by indicator, whose standards name it as their own."""
    owners: dict[str, tuple[tuple[str, Text], ...]] = {}
    for sector, standard in standards.items():
        for name in standard.own_indicators if sector != GENERAL else ():
            owners[name] = (*owners.get(name, ()), (sector, Text(standard.name_zh, standard.name_en)))
    return owners


def _entry(row: Row, owners: tuple[tuple[str, Text], ...]) -> Entry:
    direction, meaning = int(row["direction"] or 0), str(row["null_meaning"])
    return Entry(
        str(row["name"]),
        Text(str(row["zh"]), str(row["en"])),
        Text(str(row["computed_zh"]), str(row["computed_en"])),
        _window(row),
        unit(str(row["unit"])),
        DIRECTION_SIGNS[direction],
        DIRECTION_WORDS[direction],
        halves(meaning) if meaning else None,
        source(str(row["source"])),
        owners,
    )


def _window(row: Row) -> Text | None:
    days = row["window_days"]
    if days:
        return Text(f"{days} 天", f"{days} days")
    return Text("全部记录", "all records") if row["looks_at_records"] else None
