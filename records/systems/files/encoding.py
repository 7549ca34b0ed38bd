"""Which encoding a text file has: UTF-8 or GB18030, decided by strict decoding and never by a guess.

GB18030 reads almost any bytes, those of UTF-8 text included, so that it decodes without an error proves little. A line
of UTF-8 in a file of GB18030 is therefore looked for: it is a row that could be read in two ways, and is quarantined.
"""

from dataclasses import dataclass

from records.errors import DataError

UTF8, GB18030 = "utf-8", "gb18030"
_MARK = b"\xef\xbb\xbf"
_OTHER_MARKS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}
_CHINESE = (
    (0x2010, 0x2027),
    (0x2030, 0x205E),
    (0x2150, 0x22FF),
    (0x2460, 0x24FF),
    (0x25A0, 0x26FF),
    (0x3000, 0x303F),
    (0x3400, 0x9FFF),
    (0xFE30, 0xFE4F),
    (0xFF00, 0xFFEF),
    (0x20000, 0x3FFFF),
)
"""Where the characters of Chinese texts lie: ideographs, punctuation, full-width forms, numbers in circles, signs."""
_CHINESE_SIGNS = frozenset("·×÷°±¥§¤")
_LOST = ("\ufffd", "锟斤拷")
"""What an earlier conversion left of characters that it could not keep."""


@dataclass(frozen=True)
class DecodedText:
    """A file as text.

    `broken` names the lines (from 1) that are not in the file's encoding, could be in either, or had lost characters
    before, with the reason; what stands in `text` for them is unreadable in places. Lines end with a line feed.
    """

    text: str
    encoding: str
    broken: dict[int, str]


def decode(content: bytes, label: str) -> DecodedText:
    """The text of a file.

    A file without a byte-order mark is UTF-8 if some line is only that and none only GB18030, and the other way
    round; where every line is both, it is UTF-8 if that reads as Chinese. Lines that are in neither are `undecodable`,
    and lines of a GB18030 file that read as Chinese in UTF-8 as well are `ambiguous_encoding`.

    Raises
    ------
    DataError
        If lines are in different encodings, or the file is in one that is not read here.
    """
    for mark, name in _OTHER_MARKS.items():
        if content.startswith(mark):
            raise DataError(f"{label} must be UTF-8 or GB18030 text, got {name}: save it as UTF-8.")
    is_marked = content.startswith(_MARK)
    lines = content.removeprefix(_MARK).replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    return _decoded(lines, UTF8 if is_marked else _encoding(lines, label))


def _encoding(lines: list[bytes], label: str) -> str:
    only_utf8 = only_gb18030 = 0
    reads_as_chinese = True
    for number, line in enumerate(lines, start=1):
        if line.isascii():
            continue
        as_utf8, as_gb18030 = _strict(line, UTF8), _strict(line, GB18030)
        if as_utf8 is not None and as_gb18030 is None:
            only_utf8 = only_utf8 or number
        if as_gb18030 is not None and as_utf8 is None:
            only_gb18030 = only_gb18030 or number
        if as_utf8 is not None and as_gb18030 is not None:
            reads_as_chinese = reads_as_chinese and (_is_chinese(as_utf8) or not _is_chinese(as_gb18030))
    if only_utf8 and only_gb18030:
        raise DataError(
            f"{label} must be in one encoding, got UTF-8 in line {only_utf8} and GB18030 in line {only_gb18030}: "
            "export it again, or save each part as a file of its own."
        )
    if only_utf8 or only_gb18030:
        return UTF8 if only_utf8 else GB18030
    return UTF8 if reads_as_chinese else GB18030


def _decoded(lines: list[bytes], encoding: str) -> DecodedText:
    """Line by line, so that a broken character never swallows the end of its line."""
    texts: list[str] = []
    broken: dict[int, str] = {}
    for number, line in enumerate(lines, start=1):
        text = _strict(line, encoding)
        if text is None or any(lost in text for lost in _LOST):
            broken[number] = "undecodable"
        elif encoding == GB18030 and not line.isascii() and _reads_as_utf8(line):
            broken[number] = "ambiguous_encoding"
        texts.append(line.decode(encoding, errors="replace"))
    return DecodedText("\n".join(texts), encoding, broken)


def _reads_as_utf8(line: bytes) -> bool:
    text = _strict(line, UTF8)
    return text is not None and _is_chinese(text)


def _strict(line: bytes, encoding: str) -> str | None:
    try:
        return line.decode(encoding)
    except UnicodeDecodeError:
        return None


def _is_chinese(text: str) -> bool:
    """Whether every character beyond ASCII is one that Chinese texts use."""
    return all(
        letter.isascii() or letter in _CHINESE_SIGNS or any(first <= ord(letter) <= last for first, last in _CHINESE)
        for letter in text
    )
