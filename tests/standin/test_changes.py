"""publishRecordings, deleteRecordings, updateRecordings over real HTTP."""

import pytest
from standin.calling import OTHER, RECORD, SISTER, a_recording, ask, ask_raw, ask_unsigned

from bbbkeep.standin.server import LocalServer

PUBLISH, DELETE, UPDATE = "publishRecordings", "deleteRecordings", "updateRecordings"
NOT_FOUND = (
    "<response><returncode>FAILED</returncode><messageKey>notFound</messageKey>"
    "<message>We could not find recordings</message></response>"
)
PROCESSING = "c" * 40 + "-1730000000000"


def state_of(server: LocalServer, record_id: str) -> str:
    return server.state.recording(record_id).state


def metadata_of(server: LocalServer, record_id: str = RECORD) -> dict[str, str]:
    return dict(server.state.recording(record_id).metadata)


@pytest.mark.parametrize("call", [PUBLISH, DELETE, UPDATE])
@pytest.mark.parametrize(
    ("query", "key"),
    [
        pytest.param("", "checksumError", id="no checksum"),
        pytest.param(
            "checksum=wrong", "missingParamRecordID", id="no record ID, before the checksum is verified"
        ),
        pytest.param("checksum=wrong&recordID=%20", "missingParamRecordID", id="blank record ID"),
        pytest.param(f"checksum=wrong&recordID={RECORD}&publish=true", "checksumError", id="wrong checksum"),
    ],
)
def test_the_checks_come_in_the_recorded_order(server: LocalServer, call: str, query: str, key: str) -> None:
    status, text = ask_unsigned(server, call, query)

    assert status == 200
    assert f"<messageKey>{key}</messageKey>" in text
    assert state_of(server, RECORD) == "published"


def test_publish_is_asked_for_before_the_checksum_is_verified(server: LocalServer) -> None:
    _, text = ask_unsigned(server, PUBLISH, f"checksum=wrong&recordID={RECORD}")

    assert "missingParamPublish" in text


@pytest.mark.parametrize(
    ("value", "state"),
    [
        ("true", "published"),
        ("Y", "published"),
        ("1", "published"),
        ("false", "unpublished"),
        ("yes", "unpublished"),
    ],
)
def test_publishing_echoes_its_value_and_takes_odd_ones_for_false(
    server: LocalServer, value: str, state: str
) -> None:
    answer = ask(server, PUBLISH, f"recordID={RECORD}&publish={value}")

    assert (
        answer.text == f"<response><returncode>SUCCESS</returncode><published>{value}</published></response>"
    )
    assert state_of(server, RECORD) == state


def test_success_hides_that_another_id_is_unknown(server: LocalServer) -> None:
    answer = ask(server, PUBLISH, f"recordID=nobody,{RECORD}&publish=false")

    assert "SUCCESS" in answer.text
    assert state_of(server, RECORD) == "unpublished"


@pytest.mark.parametrize(
    "query", [f"recordID={RECORD[:40]}", "recordID=nobody", f"recordID={RECORD.upper()}", "recordID=,"]
)
@pytest.mark.parametrize("call", [DELETE, UPDATE, PUBLISH])
def test_without_one_exact_id_nothing_is_found(server: LocalServer, call: str, query: str) -> None:
    assert ask(server, call, f"{query}&publish=false").text == NOT_FOUND
    assert state_of(server, RECORD) == "published"


def test_beside_an_exact_id_the_letter_case_of_others_is_free_and_prefixes_do_nothing(
    server: LocalServer,
) -> None:
    ask(server, DELETE, f"recordID={OTHER},{RECORD.upper()},{SISTER[:-1]}")

    assert [state_of(server, record_id) for record_id in (RECORD, SISTER, OTHER)] == [
        "deleted",
        "published",
        "deleted",
    ]


def test_a_deleted_recording_is_listed_as_deleted_and_found_no_more(server: LocalServer) -> None:
    first = ask(server, DELETE, f"recordID={RECORD}")

    assert first.text == "<response><returncode>SUCCESS</returncode><deleted>true</deleted></response>"
    assert ask(server, DELETE, f"recordID={RECORD}").text == NOT_FOUND
    assert ask(server, PUBLISH, f"recordID={RECORD}&publish=true").text == NOT_FOUND
    assert RECORD not in ask(server, "getRecordings").text
    assert "<state>deleted</state>" in ask(server, "getRecordings", f"recordID={RECORD}&state=deleted").text
    assert "<published>false</published>" in ask(server, "getRecordings", f"recordID={RECORD}&state=any").text


@pytest.mark.parametrize("call", [DELETE, PUBLISH])
def test_what_is_still_processing_is_not_found(server: LocalServer, call: str) -> None:
    server.state.add(a_recording(PROCESSING, state="processing"))

    assert ask(server, call, f"recordID={PROCESSING}&publish=true").text == NOT_FOUND
    ask(server, call, f"recordID={RECORD},{PROCESSING}&publish=true")
    assert state_of(server, PROCESSING) == "processing"


@pytest.mark.parametrize(
    ("query", "metadata"),
    [
        pytest.param(
            "meta_Presenter=Jane%20Doe", {"category": "lecture", "presenter": "Jane Doe"}, id="lower case"
        ),
        pytest.param("meta_category=", {}, id="empty removes"),
        pytest.param("meta_category=%20%20", {}, id="spaces are empty"),
        pytest.param("meta_nothing=", {"category": "lecture"}, id="removing what is not there"),
        pytest.param(
            "meta_a_b=1&meta_1a=1&meta_%C3%A4=1&meta_=1&b=1",
            {"category": "lecture"},
            id="odd keys are ignored",
        ),
        pytest.param("meta_t=a%07b%0A", {"category": "lecture", "t": "ab"}, id="control characters go"),
        pytest.param(
            "meta_a=1,meta_b=2",
            {"category": "lecture", "a": "1,meta_b=2"},
            id="the document's example is one key",
        ),
        pytest.param("", {"category": "lecture"}, id="no metadata at all"),
    ],
)
def test_updating_says_true_whatever_it_did(
    server: LocalServer, query: str, metadata: dict[str, str]
) -> None:
    answer = ask(server, UPDATE, f"recordID={RECORD}&{query}")

    assert answer.text == "<response><returncode>SUCCESS</returncode><updated>true</updated></response>"
    assert metadata_of(server) == metadata


def test_camel_case_keys_of_the_scripts_can_not_be_updated(server: LocalServer) -> None:
    ask(server, UPDATE, f"recordID={SISTER}&meta_meetingName=New")

    assert metadata_of(server, SISTER) == {
        "category": "seminar",
        "meetingName": "Algebra",
        "meetingname": "New",
    }


def test_an_update_takes_every_id_for_a_prefix_once_one_is_exact(server: LocalServer) -> None:
    ask(server, DELETE, f"recordID={SISTER}")
    ask(server, UPDATE, f"recordID={RECORD},{RECORD[:40]}&meta_x=1")

    assert metadata_of(server, SISTER)["x"] == "1"
    assert state_of(server, SISTER) == "deleted"


def test_an_empty_part_updates_everything_that_has_metadata(server: LocalServer) -> None:
    ask(server, UPDATE, f"recordID=,{RECORD}&meta_x=1")

    assert [metadata_of(server, record_id).get("x") for record_id in (RECORD, SISTER, OTHER)] == [
        "1",
        "1",
        None,
    ]


def test_an_update_may_come_by_post_but_a_delete_may_not(server: LocalServer) -> None:
    assert "updated" in ask(server, UPDATE, f"recordID={RECORD}", "POST").text
    assert ask(server, DELETE, f"recordID={RECORD}", "POST").status_code == 405
    assert ask(server, PUBLISH, f"recordID={RECORD}&publish=true", "POST").status_code == 405


def test_a_stray_percent_is_a_500_page(server: LocalServer) -> None:
    assert ask_raw(server, DELETE, f"recordID={RECORD},%25")[0] == 500


def test_writes_are_remembered_without_their_checksum(server: LocalServer) -> None:
    ask(server, "getRecordings")
    ask(server, DELETE, f"recordID={RECORD}")

    assert server.requests == [("GET", "getRecordings", {}), *server.writes]
    assert server.writes == [("GET", DELETE, {"recordID": RECORD})]
