"""Bytes become the text their author wrote, or are refused."""

import pytest

from bbbkeep.captions.decode import MAX_BYTES, decode
from bbbkeep.errors import CaptionError, UsageError

TIMES = "1\n00:00:01,000 --> 00:00:02,000\n"
RUSSIAN = f"{TIMES}Добрый день, сегодня мы говорим о множествах и функциях.\n" * 5  # noqa: RUF001  # Cyrillic it is
JAPANESE = (
    f"{TIMES}\u7686\u3055\u3093\u3001\u304a\u306f\u3088\u3046\u3054\u3056\u3044\u307e\u3059\u3002\n" * 5
)
GERMAN = f"{TIMES}Grüße, heute geht es um größere Übungen und schöne Lösungen.\n" * 5


@pytest.mark.parametrize(
    ("text", "encoding", "told"),
    [
        pytest.param(GERMAN, "utf-8", "utf-8", id="UTF-8"),
        pytest.param(GERMAN, "utf-8-sig", "utf-8", id="UTF-8 with a mark"),
        pytest.param(GERMAN, "utf-16", "utf-16", id="UTF-16"),
        pytest.param(GERMAN, "utf-32", "utf-32", id="UTF-32, whose mark begins like UTF-16's"),
        pytest.param(GERMAN, "utf-16-le", "utf-16-le", id="UTF-16 without a mark"),
        pytest.param(RUSSIAN, "utf-16-le", "utf-16-le", id="UTF-16 without a mark, where few bytes are NUL"),
        pytest.param(RUSSIAN, "utf-16-be", "utf-16-be", id="the other way round"),
        pytest.param(RUSSIAN, "utf-32-be", "utf-32-be", id="UTF-32 without a mark"),
        pytest.param(RUSSIAN, "cp1251", "windows-1251", id="Windows Cyrillic"),
        pytest.param(JAPANESE, "iso2022_jp", "iso-2022-jp", id="Japanese in ASCII's bytes"),
    ],
)
def test_the_encoding_is_found_and_named(text, encoding, told):
    assert decode(text.encode(encoding), "a.srt") == (text, told)


def test_western_text_comes_out_right_whichever_name_it_gets():
    assert decode(GERMAN.encode("cp1252"), "a.srt")[0] == GERMAN


def test_english_with_one_typographic_quote_is_enough():
    text = f"{TIMES}It\u2019s a simple lecture about sets.\n{TIMES}Plain words.\n"

    assert decode(text.encode("cp1252"), "a.srt") == (text, "windows-1252")


def test_english_with_signs_and_one_accent_is_not_taken_for_an_old_mac_file():
    text = f"{TIMES}That\u2019s \u00a350 or 20 \u20ac.\n{TIMES}The caf\u00e9 is open \u2014 really.\n" * 2

    assert decode(text.encode("cp1252"), "a.srt") == (text, "windows-1252")


def test_a_stray_nul_does_not_make_utf_16():
    assert decode("a\0b\ne\u0301\n".encode(), "a.srt")[1] == "utf-8"


def test_line_ends_become_line_feeds():
    assert decode(b"a\r\nb\rc\nd", "a.srt")[0] == "a\nb\nc\nd"


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        pytest.param(b"\xff\xfea", "not readable as utf-16 at byte", id="half a character"),
        pytest.param(
            GERMAN.encode() + b"\xff", r"UTF-8, but not at byte \d+", id="one byte that is not UTF-8"
        ),
        pytest.param(RUSSIAN.encode()[:-3], r"UTF-8, but not at byte \d+", id="cut off inside a character"),
        pytest.param(bytes(range(256)) * 4, "save it as UTF-8", id="no text at all"),
        pytest.param(b"x" * (MAX_BYTES + 1), "the limit is 20,000,000", id="one byte too many"),
    ],
)
def test_what_is_no_text_is_refused(data, problem):
    with pytest.raises(CaptionError, match=problem):
        decode(data, "a.srt")


def test_an_encoding_that_is_named_wins():
    assert decode("Łódź".encode("cp1250"), "a.srt", "cp1250") == ("Łódź", "cp1250")


@pytest.mark.parametrize("encoding", ["klingon", "rot13", "x\0"])
def test_an_encoding_that_nobody_knows_is_refused(encoding):
    with pytest.raises(UsageError, match="not one Python knows"):
        decode(b"x", "a.srt", encoding)


def test_marks_of_joined_files_and_doubled_returns_go():
    assert decode("\ufeff\ufeffa\r\r\nb\n\ufeffc".encode(), "a.srt")[0] == "a\nb\nc"
