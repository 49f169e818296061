"""A sheet does what it says, row by row; what it can't mean is refused with its line."""

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bbbkeep.errors import SheetError
from bbbkeep.metadata.sheet import Edit, read_sheet

ONE = "a" * 40 + "-1700000000000"
TWO = "b" * 40 + "-1700000000001"
HEADER = "record_id,key,value\n"


def sheet_of(rows: str):
    return read_sheet((HEADER + rows).encode(), "edits.csv")


def test_a_row_is_one_edit_with_its_line():
    sheet = sheet_of(f"{ONE},Category,test\n# a note\n\n{TWO},course,!remove\n")

    assert sheet.rows == (Edit(2, ONE, "category", "test"), Edit(5, TWO, "course", None))
    assert (sheet.name, sheet.refused, sheet.repeated) == ("edits.csv", (), ())


def test_the_digest_is_of_the_file_as_it_is():
    data = (HEADER + f"{ONE},a,b\n").encode()

    assert read_sheet(data, "edits.csv").digest == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(f"record_id,key,value\n{ONE},a,b\n".encode(), id="plain"),
        pytest.param(f"\ufeffrecord_id;key;value\r\n{ONE};a;b\r\n".encode(), id="as a spreadsheet saves it"),
        pytest.param(f'"record_id","key","value"\r"{ONE}","a"," b "'.encode(), id="quoted, old line ends"),
        pytest.param(
            f"# note\n\nrecord_id,key,value\n{ONE}, a , b\n,,\n".encode(), id="notes, spaces, an empty row"
        ),
    ],
)
def test_sheets_are_read_as_programs_save_them(data):
    [edit] = read_sheet(data, "edits.csv").rows

    assert (edit.record_id, edit.key, edit.value) == (ONE, "a", "b")


def test_a_value_may_hold_the_delimiter_and_quotes_when_quoted():
    assert sheet_of(f'{ONE},a,"x, ""y"""\n').rows[0].value == 'x, "y"'


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        pytest.param(b"", "edits.csv: holds no header; start it with record_id,key,value", id="empty"),
        pytest.param(b"# only a note\n", "edits.csv: holds no header", id="only a note"),
        pytest.param(b"record_id,key\n", "edits.csv:1: the header is not", id="a column short"),
        pytest.param(b"record_id,key,value,old\n", "edits.csv:1: the header is not", id="an unknown column"),
        pytest.param(b"key,record_id,value\n", "edits.csv:1: the header is not", id="another order"),
        pytest.param(b"Record ID,Key,Value\n", "edits.csv:1: the header is not", id="other names"),
        pytest.param(f"{ONE},a,b\n".encode(), "edits.csv:1: the header is not", id="no header"),
        pytest.param(b"record_id,key,value\n\nx,y\n", "edits.csv:3: 2 values, not 3", id="a short row"),
        pytest.param(b"record_id,key,value\nx,y,a,b\n", "edits.csv:2: 4 values, not 3; put a value", id="a long row"),
        pytest.param(b'record_id,key,value\nx,y,"a\nb"\n', "edits.csv:2: quotes that don't close", id="a value on two lines"),
        pytest.param(b"record_id,key,value\n# M\xfcnchen\n", "edits.csv:2: is not UTF-8", id="another encoding"),
        pytest.param("record_id,key,value\n".encode("utf-16"), "edits.csv:1: is not UTF-8", id="UTF-16"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_sheet_is_refused_as_a_whole(data, complaint):
    with pytest.raises(SheetError) as refusal:
        read_sheet(data, "edits.csv")

    assert str(refusal.value).startswith(complaint)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        pytest.param(f"{ONE[:-1]},a,b", "record_id is not a full record ID", id="a prefix"),
        pytest.param(f"{ONE}0,a,b", "record_id is not a full record ID", id="too long"),
        pytest.param(f"{ONE.upper()},a,b", "record_id is not a full record ID", id="upper case"),
        pytest.param(",a,b", "record_id is not a full record ID", id="no ID"),
        pytest.param(
            f"'{ONE},{TWO}',a,b".replace("'", '"'), "record_id is not a full record ID", id="two IDs"
        ),
        pytest.param(f"{ONE},,b", "key '' is not a letter", id="no key"),
        pytest.param(f"{ONE},a_b,b", "key 'a_b' is not a letter", id="underscore"),
        pytest.param(f"{ONE},1a,b", "key '1a' is not a letter", id="digit first"),
        pytest.param(f"{ONE},é,b", "key 'é' is not a letter", id="not ASCII"),
        pytest.param(f"{ONE},meetingId,b", "key meetingid is protected", id="meetingId"),
        pytest.param(f"{ONE},MeetingName,b", "key meetingname is protected", id="meetingName"),
        pytest.param(f"{ONE},isBreakout,b", "key isbreakout is protected", id="isBreakout"),
        pytest.param(f"{ONE},bbblb-tenant,b", "key bbblb-tenant is protected", id="bbblb-*"),
        pytest.param(f"{ONE},Tenant-Id,b", "key tenant-id is protected", id="tenant-id"),
        pytest.param(f"{ONE},endCallbackUrl,b", "key endcallbackurl is protected", id="endCallbackUrl"),
        pytest.param(f"{ONE},bbb-recording-ready-url,b", "is protected", id="*-recording-ready-url"),
        pytest.param(f"{ONE},bn-recording-ready-url,!remove", "is protected", id="also from removal"),
        pytest.param(f"{ONE},analytics-callback-url,b", "is protected", id="analytics-callback-url"),
        pytest.param(f"{ONE},a,", "value is empty: write !remove", id="no value"),
        pytest.param(f"{ONE},a,  ", "value is empty: write !remove", id="only spaces"),
        pytest.param(f"{ONE},a,!Remove", "value !Remove is not !remove", id="remove in upper case"),
        pytest.param(f"{ONE},a,b\x07c", "value holds a control character", id="control character"),
        pytest.param(f"{ONE},a,b\tc", "value holds a control character", id="tab"),
        pytest.param(f"{ONE},a,b\u2028c", "value holds a control character", id="line separator"),
        pytest.param(
            f"{ONE},a," + "b" * 2001, "value has 2001 characters, more than 2000", id="too long a value"
        ),
    ],
)
def test_a_row_that_cannot_be_carried_out_is_refused_and_the_others_go_on(row, reason):
    sheet = sheet_of(f"{row}\n{TWO},a,b\n")

    [(line, because)] = sheet.refused
    assert line == 2
    assert because.startswith(reason) or reason in because
    assert sheet.rows == (Edit(3, TWO, "a", "b"),)


def test_the_longest_value_is_allowed():
    assert sheet_of(f"{ONE},a," + "b" * 2000).refused == ()


def test_rows_that_contradict_each_other_are_all_refused():
    sheet = sheet_of(f"{ONE},a,x\n{TWO},a,x\n{ONE},A,y\n")

    assert [line for line, _ in sheet.refused] == [2, 4]
    assert sheet.refused[0][1] == "lines 2, 4 want different values of a for one recording: keep one"
    assert [edit.line for edit in sheet.rows] == [3]


def test_setting_and_removing_one_key_is_a_contradiction():
    assert [line for line, _ in sheet_of(f"{ONE},a,x\n{ONE},a,!remove\n").refused] == [2, 3]


def test_a_row_that_says_the_same_again_is_done_once():
    sheet = sheet_of(f"{ONE},a,x y\n{ONE},A,x  y\n")

    assert [edit.line for edit in sheet.rows] == [2]
    assert (sheet.refused, sheet.repeated) == ((), ((3, "says the same as line 2"),))


@settings(max_examples=200)
@given(st.text(alphabet=f'{ONE[:2]},;"#!\r\n\t a', max_size=60) | st.binary(max_size=60))
def test_whatever_a_file_holds_every_line_is_an_edit_refused_or_an_error(rest):
    data = HEADER.encode() + (rest.encode() if isinstance(rest, str) else rest)
    try:
        sheet = read_sheet(data, "edits.csv")
    except SheetError as refusal:
        assert refusal.problem  # noqa: PT017  # either outcome is fine, any other exception is not
    else:
        assert sheet.rows == ()
