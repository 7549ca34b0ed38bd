"""Which encoding a file has is never guessed: strict decoding decides, and what could be either is told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.errors import DataError
from records.systems.files.encoding import decode

HEADER = "统一社会信用代码,处罚决定书文号\n"
CHINESE = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=12)


def utf8_lines_that_are_no_gb18030() -> bytes:
    return "汕头市金平区市场监督管理局\n".encode()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_both_encodings_are_told_apart_with_any_line_ending(encoding: str, ending: str) -> None:
    text = "统一社会信用代码,机关\n91440511MA0000015A,汕头市金平区市场监督管理局\n"
    decoded = decode(text.replace("\n", ending).encode(encoding), "x.csv")
    assert decoded.text == text
    assert decoded.broken == {}


def test_a_rare_character_of_gb18030_is_read() -> None:
    text = "企业,地址\n甲,𠮷里㙟街\n"
    assert decode(text.encode("gb18030"), "x.csv").text == text


def test_a_file_in_two_encodings_is_refused_with_both_places() -> None:
    content = HEADER.encode("gb18030") + utf8_lines_that_are_no_gb18030() + "金平区局。\n".encode("gb18030")
    with pytest.raises(DataError, match="must be in one encoding, got UTF-8 in line 2 and GB18030 in line 1"):
        decode(content, "x.csv")


def test_a_line_of_utf8_in_a_file_of_gb18030_is_told_even_where_both_can_be_decoded() -> None:
    both = "市场,金平"
    assert both.encode().decode("gb18030") != both
    decoded = decode(HEADER.encode("gb18030") + both.encode() + b"\n", "x.csv")
    assert (decoded.encoding, decoded.broken) == ("gb18030", {2: "ambiguous_encoding"})


def test_a_cut_character_breaks_its_line_alone() -> None:
    cut = "91440511MA0000015A,金平区市".encode("gb18030")[:-1]
    content = b"\n".join([HEADER.encode("gb18030").strip(), cut, "91512081MA62K0260E,金平区市".encode("gb18030")])
    decoded = decode(content, "x.csv")
    assert decoded.encoding == "gb18030"
    assert decoded.broken == {2: "undecodable"}
    assert decoded.text.split("\n")[2] == "91512081MA62K0260E,金平区市"


def test_characters_that_were_lost_before_break_their_line() -> None:
    assert decode("甲局\n乙�局\n".encode(), "x.csv").broken == {2: "undecodable"}
    assert decode("金平区市场监督管理局\n锟斤拷锟斤拷\n".encode("gb18030"), "x.csv").broken == {2: "undecodable"}


def test_a_short_file_that_reads_as_chinese_in_gb18030_alone_is_that() -> None:
    content = "id,name\n1,隆芒\n".encode("gb18030")
    assert content.decode("utf-8") != content.decode("gb18030")
    assert decode(content, "x.csv").text == "id,name\n1,隆芒\n"


def test_ascii_is_the_same_in_both() -> None:
    assert decode(b"a,b\n1,2\n", "x.csv").text == "a,b\n1,2\n"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le"])
def test_another_encoding_is_refused_by_name_or_found_broken(encoding: str) -> None:
    mark = b"\xff\xfe" if encoding == "utf-16-le" else b""
    with pytest.raises(DataError, match="got UTF-16"):
        decode(mark + "统一,代码\n".encode(encoding), "x.csv")


@given(st.lists(CHINESE, min_size=1, max_size=8), st.sampled_from(["utf-8", "utf-8-sig", "gb18030"]))
def test_chinese_text_is_read_as_it_was_written_or_its_line_is_told(lines: list[str], encoding: str) -> None:
    text = "\n".join(["企业名称和住所所在地址", *lines])
    decoded = decode(text.encode(encoding), "x.csv")
    found = decoded.text.split("\n")
    for number, line in enumerate(text.split("\n"), start=1):
        assert found[number - 1] == line or number in decoded.broken


@given(st.binary(max_size=200))
def test_any_bytes_are_decoded_or_refused(content: bytes) -> None:
    try:
        decoded = decode(content, "x.csv")
    except DataError:
        return
    assert all(1 <= line <= decoded.text.count("\n") + 1 for line in decoded.broken)
