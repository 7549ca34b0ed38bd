"""Permanent random numbers: one for each enterprise in a year, which nobody can know before the seed is there.

An enterprise has the same number in every sector that is drawn by the same seed, so that whoever is drawn in one sector
is more often drawn in the others too, and one visit serves them all. Its chance in each sector stays what it was.
"""

from hashlib import sha256

from sampling.draw.mistake import DrawError

LONGEST_SEED = 200


def check_seed(seed: str) -> str:
    """The seed as it was published; DrawError where it is empty, long, or another text only to the eye.

    >>> check_seed("3 1 4 1 5")
    '3 1 4 1 5'
    """
    if not 1 <= len(seed) <= LONGEST_SEED or not seed.isprintable() or seed != seed.strip():
        raise DrawError(
            f"A seed must be 1 to {LONGEST_SEED} printable characters without blanks around them, got {seed[:40]!r}; "
            "write it as it was published."
        )
    return seed


def permanent_number(seed: str, year: int, of: str) -> str:
    """SHA-256 of seed, year and what is drawn, a line each, in hexadecimal: as texts they compare like numbers.

    >>> permanent_number("31415", 2026, "91440511MA0000015A")[:16]
    'df0e03c73a84f552'
    """
    return sha256(f"{seed}\n{year}\n{of}".encode()).hexdigest()
