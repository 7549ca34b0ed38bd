"""Industry codes of GB/T 4754-2017: the door's letter and the digits of division, group and class."""

DOORS = {
    **{"A": range(1, 6), "B": range(6, 13), "C": range(13, 44), "D": range(44, 47), "E": range(47, 51)},
    **{"F": range(51, 53), "G": range(53, 61), "H": range(61, 63), "I": range(63, 66), "J": range(66, 70)},
    **{"K": range(70, 71), "L": range(71, 73), "M": range(73, 76), "N": range(76, 80), "O": range(80, 83)},
    **{"P": range(83, 84), "Q": range(84, 86), "R": range(86, 91), "S": range(91, 97), "T": range(97, 98)},
}
"""The divisions (first two digits) of each door."""


def industry_code(door: str | None, digits: str | None) -> str | None:
    """The code as the contract writes it, the door's letter before the digits; null where nothing is given.

    Digits that come with their letter keep it; without a letter the door follows from the division.

    >>> industry_code("C", "1371"), industry_code(None, "5221"), industry_code(None, "H6210"), industry_code("T", None)
    ('C1371', 'F5221', 'H6210', 'T')

    Raises
    ------
    ValueError
        If the digits are of no division, or of one that belongs to another door: nobody can say which is right.
    """
    letter, number = (door or "").upper()[:1], (digits or "").upper()
    if number[:1].isalpha():
        letter, number = letter or number[:1], number[1:]
    if not number:
        return letter or None
    division = int(number[:2]) if number.isdigit() else 0
    of_division = next((one for one, divisions in DOORS.items() if division in divisions), "")
    if not of_division or not 2 <= len(number) <= 4 or (letter and letter != of_division):
        raise ValueError(f"{letter}{number} is no industry code")
    return of_division + number
