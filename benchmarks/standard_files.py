"""Write the standards of an open data set: one general file and, per kind of establishment, an heir of it."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from benchmarks.tables import slug


def write_standard_files(
    out: Path,
    kinds: Iterable[str],
    *,
    office: str,
    severity: str,
    cuts: Sequence[float],
    horizon_days: int = 365,
) -> None:
    """Write `general.toml` and one TOML per kind of establishment into `out`.

    The regulators give their kinds in English alone, so the Chinese name repeats it. All kinds share the
    outcome and the cuts: a benchmark compares rankings and probabilities, not policies.
    """
    out.mkdir(parents=True, exist_ok=True)
    general = (
        f'{_name("General")}\noffice = "{office}"\n'
        f'outcome = {{ severity = "{severity}", horizon_days = {horizon_days} }}\n\n'
        f"[tiers]\ncuts = {list(cuts)}\n"
    )
    (out / "general.toml").write_text(general, encoding="utf-8")
    for kind in sorted(set(kinds)):
        (out / f"{slug(kind)}.toml").write_text(f'inherits = "general"\n{_name(kind)}\n', encoding="utf-8")


def _name(text: str) -> str:
    return f'name = {{ zh = "{text}", en = "{text}" }}'
