"""Unified social credit codes (GB 32100-2015, handbook 5.3) for enterprises that do not exist."""

import numpy as np
import numpy.typing as npt

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""The 31 characters of a unified code: no I, O, S, V, Z."""

REGION = "440511"
"""Jinping District, Shantou."""

_WEIGHTS = np.array([pow(3, position, 31) for position in range(17)])
_ORGANISATION_WEIGHTS = np.array([3, 7, 9, 10, 5, 8, 4, 2])
_ORGANISATION_CHECKS = np.array(list("0X987654321"))
"""Check character of the inner organisation code by remainder of 11: 0 -> 0, 1 -> X, r -> 11 - r."""
_VALUE = {character: value for value, character in enumerate(ALPHABET)}
_SERIAL_DIGITS = 6


def check_character(first_17: str) -> str:
    """The 18th character that GB 32100 asks for after these seventeen.

    >>> check_character("91440511MA0000015")
    'A'
    """
    total = sum(_VALUE[character] * int(weight) for character, weight in zip(first_17, _WEIGHTS, strict=True))
    return ALPHABET[-total % 31]


def unified_codes(
    rng: np.random.Generator, prefixes: npt.NDArray[np.object_], wrong_share: float
) -> npt.NDArray[np.object_]:
    """One distinct code for each two-character class prefix ("91" enterprises, "92" individuals, ...).

    A share `wrong_share` of them, rounded, has a wrong check character, as some circulating codes do: such
    codes are to be flagged, not refused.
    """
    count = len(prefixes)
    serials = rng.choice(31**_SERIAL_DIGITS, size=count, replace=False)
    letters = np.array(list(ALPHABET))
    digits = [letters[serials // 31**place % 31] for place in reversed(range(_SERIAL_DIGITS))]
    organisation = [np.full(count, "M"), np.full(count, "A"), *digits]
    head = [np.array([prefix[place] for prefix in prefixes]) for place in range(2)]
    region = [np.full(count, character) for character in REGION]
    first_17 = [*head, *region, *organisation, _organisation_check(organisation)]
    checks = _check_values(first_17)
    wrong = rng.choice(count, size=round(count * wrong_share), replace=False)
    checks[wrong] = (checks[wrong] + rng.integers(1, 31, size=len(wrong))) % 31
    characters = np.column_stack([*first_17, letters[checks]]).astype("U1")
    return np.ascontiguousarray(characters).view("U18").ravel().astype(object)


def _organisation_check(body: list[npt.NDArray[np.str_]]) -> npt.NDArray[np.str_]:
    """The inner check counts letters as A = 10 ... Z = 35, without the gaps of the outer alphabet."""
    values = np.column_stack([_plain_values(characters) for characters in body])
    return _ORGANISATION_CHECKS[values @ _ORGANISATION_WEIGHTS % 11]


def _plain_values(characters: npt.NDArray[np.str_]) -> npt.NDArray[np.int64]:
    return np.array([int(character, 36) for character in characters], dtype=np.int64)


def _check_values(first_17: list[npt.NDArray[np.str_]]) -> npt.NDArray[np.int64]:
    values = np.column_stack([[_VALUE[character] for character in column] for column in first_17])
    return -(values @ _WEIGHTS) % 31
