"""In what the six kinds of server differ, over real HTTP."""

import re

import pytest
from lxml import etree
from standin.calling import (
    OTHER,
    RECORD,
    SISTER,
    TurnedClock,
    a_recording,
    ask,
    ask_raw,
    ask_unsigned,
    signed,
    upload,
)

from bbbkeep.standin.dialects import DIALECTS
from bbbkeep.standin.recording import SeedFormat
from bbbkeep.standin.server import LocalServer

BBB = ["bbb22", "bbb26", "bbb30"]
OTHERS = ["scalelite", "bbblb", "recapi"]
DELETED = "c" * 40 + "-1730000000000"
ALL = [RECORD, SISTER, OTHER]


def a_site(profile: str, **options: object) -> LocalServer:
    """Three recordings: two of one meeting, and an unpublished one of another."""
    server = LocalServer(profile=profile, clock=TurnedClock(), **options)
    server.state.add(
        a_recording(OTHER, meeting_id="room 9", state="unpublished", start_ms=1, metadata={"lang": "de"}),
        a_recording(start_ms=3, metadata={"category": "lecture", "lang": "en"}),
        a_recording(SISTER, start_ms=2, metadata={"category": "seminar", "lang": "fr"}),
    )
    return server


def listed(server: LocalServer, query: str = "") -> list[str]:
    status, text = ask_unsigned(
        server, "getRecordings", signed(server, "getRecordings", query, algorithm="sha1")
    )
    assert status == 200, text
    return re.findall("<recordID>(.*?)</recordID>", text)


@pytest.mark.parametrize("profile", DIALECTS)
def test_every_server_lists_everything(profile: str) -> None:
    with a_site(profile) as server:
        assert sorted(listed(server, "state=any")) == ALL
        assert sorted(listed(server, f"recordID={RECORD[:40]}")) == [RECORD, SISTER]
        assert listed(server, f"recordID={RECORD}") == [RECORD]


@pytest.mark.parametrize(
    ("profile", "order"),
    [
        ("scalelite", [RECORD, SISTER, OTHER]),
        ("recapi", [RECORD, SISTER, OTHER]),
        ("bbblb", [OTHER, RECORD, SISTER]),
    ],
)
def test_listings_are_newest_first_or_as_imported(profile: str, order: list[str]) -> None:
    with a_site(profile) as server:
        assert listed(server, "state=any") == order


@pytest.mark.parametrize("profile", BBB)
def test_bigbluebutton_has_no_order_and_a_grown_map_another(profile: str) -> None:
    with LocalServer(profile=profile, recordings=100) as server:
        before = listed(server, "state=any")
        assert before != sorted(before)
        assert before == listed(server, "state=any")
        server.state.add(*(a_recording(f"{number:040x}-1700000000000") for number in range(200)))
        grown = listed(server, "state=any")
    assert [one for one in grown if one in before] != before


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param("", dict.fromkeys(DIALECTS, 3), id="no filter"),
        pytest.param("state=published", {**dict.fromkeys(DIALECTS, 2), "recapi": 3}, id="a state"),
        pytest.param("state=bogus", {**dict.fromkeys(DIALECTS, 0), "recapi": 3}, id="no such state"),
        pytest.param("state=processing,any", dict.fromkeys(DIALECTS, 3), id="any among states"),
        pytest.param(
            "state=a,b,c,d,e,any", {**dict.fromkeys(DIALECTS, 3), "bbblb": 0}, id="any as the sixth state"
        ),
        pytest.param("recordID=,zz", {**dict.fromkeys(DIALECTS, 3), "bbblb": 0}, id="an empty part in front"),
        pytest.param("recordID=zz,,", dict.fromkeys(DIALECTS, 0), id="empty parts at the end"),
        pytest.param("recordID=", dict.fromkeys(DIALECTS, 3), id="an empty list"),
        pytest.param(
            "recordID=zz,%20b", {**dict.fromkeys(DIALECTS, 0), "bbblb": 1}, id="a space before an ID"
        ),
        pytest.param(
            "recordID=%2562", {**dict.fromkeys(BBB, 1), **dict.fromkeys(OTHERS, 0)}, id="encoded twice"
        ),
        pytest.param(
            f"recordID={RECORD}&meetingID=room+9",
            {**dict.fromkeys(BBB, 1), **dict.fromkeys(OTHERS, 0)},
            id="both IDs",
        ),
        pytest.param(
            "meetingID=course-1,room+9",
            {**dict.fromkeys(BBB, 0), **dict.fromkeys(OTHERS, 3)},
            id="meetings whose record IDs are no hash of theirs",
        ),
        pytest.param(
            "meta_lang=en,de",
            {**dict.fromkeys(BBB, 0), "scalelite": 2, "recapi": 3},
            id="a list of values",
        ),
        pytest.param(
            "meta_category=lecture&meta_lang=fr",
            {**dict.fromkeys(BBB, 0), "scalelite": 2, "recapi": 3},
            id="two filters",
        ),
        pytest.param(
            "meta_lang=%25", {**dict.fromkeys(BBB, 3), "scalelite": 0, "recapi": 3}, id="a wildcard"
        ),
        pytest.param(
            "meta_Lang=en", {**dict.fromkeys(BBB, 1), "scalelite": 0, "recapi": 3}, id="letter case"
        ),
        pytest.param(
            "limit=2", {**dict.fromkeys(DIALECTS, 3), "bbb26": 2, "bbb30": 2, "bbblb": 2}, id="a limit"
        ),
        pytest.param(
            "limit=2&offset=2",
            {**dict.fromkeys(DIALECTS, 3), "bbb26": 1, "bbb30": 1, "bbblb": 1},
            id="an offset",
        ),
        pytest.param("limit=0", {**dict.fromkeys(DIALECTS, 3), "bbb26": 1, "bbb30": 1}, id="a limit of 0"),
        pytest.param("offset=2", {**dict.fromkeys(DIALECTS, 3), "bbblb": 1}, id="an offset alone"),
        pytest.param("offset=10000", dict.fromkeys(DIALECTS, 3), id="an offset that wraps"),
        pytest.param(
            "offset=9999", {**dict.fromkeys(DIALECTS, 3), "bbblb": 0}, id="an offset that does not wrap"
        ),
    ],
)
def test_what_a_query_finds_differs(query: str, expected: dict[str, int]) -> None:
    counts = {}
    for profile in expected:
        with a_site(profile) as server:
            counts[profile] = len(listed(server, query))

    assert counts == expected


def test_any_meta_filter_is_an_internal_error_of_bbblb() -> None:
    with a_site("bbblb") as server:
        status, text = ask_raw(server, "getRecordings", "meta_nosuch=x")

    assert status == 500
    assert "<messageKey>internalError</messageKey>" in text
    assert "as_text" in text


@pytest.mark.parametrize(
    ("profile", "status"), [("bbb22", 200), ("bbb26", 500), ("bbb30", 500), ("bbblb", 200), ("recapi", 200)]
)
def test_an_offset_beyond_the_end_is_an_error_only_where_pages_are_cut_by_java(
    profile: str, status: int
) -> None:
    with a_site(profile) as server:
        query = signed(server, "getRecordings", "limit=2&offset=4", "sha1")
        assert ask_unsigned(server, "getRecordings", query)[0] == status


def test_the_first_pagination_counts_formats_and_parts_a_recording() -> None:
    formats = tuple(SeedFormat(kind) for kind in ("presentation", "video", "podcast"))
    with LocalServer(profile="bbb26") as server:
        server.state.add(a_recording(formats=formats), a_recording(OTHER, formats=formats))
        pages = [
            etree.fromstring(ask(server, "getRecordings", f"limit=2&offset={offset}").content)
            for offset in (0, 2, 4)
        ]

    shown = [
        (recording.findtext("recordID"), [one.text for one in recording.iterfind("playback/format/type")])
        for page in pages
        for recording in page.iterfind("recordings/recording")
    ]
    first, second = shown[0][0], shown[-1][0]
    assert shown == [
        (first, ["presentation", "video"]),
        (first, ["podcast"]),
        (second, ["presentation"]),
        (second, ["video", "podcast"]),
    ]
    assert {page.findtext("pagination/totalElements") for page in pages} == {"6"}
    assert [child.tag for child in pages[0].find("pagination")] == ["pageable", "totalElements", "empty"]
    assert pages[1].findtext("pagination/pageable/offset") == "2"


def test_bbblb_stops_at_a_thousand_and_answers_a_hundred_ids() -> None:
    with LocalServer(profile="bbblb") as server:
        server.state.add(*(a_recording(f"{number:040x}-1700000000000") for number in range(1_200)))
        ids = ",".join(server.state.record_ids()[:120])

        assert len(listed(server)) == len(listed(server, "limit=5000")) == 1_000
        assert len(listed(server, "offset=1000")) == 200
        assert len(listed(server, f"recordID={ids}")) == 100


@pytest.mark.parametrize(
    ("profile", "right"),
    [
        ("bbb22", {"sha1", "sha256"}),
        ("bbb26", {"sha1", "sha256", "sha384", "sha512"}),
        ("scalelite", {"sha1", "sha256", "sha512"}),
        ("bbblb", {"sha1", "sha256", "sha512"}),
        ("recapi", {"sha1"}),
    ],
)
def test_each_server_knows_its_own_checksums(profile: str, right: set[str]) -> None:
    with a_site(profile) as server:
        texts = {
            algorithm: ask_unsigned(
                server, "getRecordings", signed(server, "getRecordings", "state=any", algorithm)
            )[1]
            for algorithm in ("sha1", "sha256", "sha384", "sha512")
        }

    assert {algorithm for algorithm, text in texts.items() if "SUCCESS" in text} == right


@pytest.mark.parametrize(("profile", "free"), [(one, one in ("bbb26", "bbb30", "bbblb")) for one in DIALECTS])
def test_capitals_in_a_checksum_are_free_only_with_some(profile: str, free: bool) -> None:
    with a_site(profile) as server:
        digest = signed(server, "getRecordings", "", "sha1").removeprefix("checksum=").upper()
        text = ask_unsigned(server, "getRecordings", f"checksum={digest}")[1]

    assert ("SUCCESS" in text) == free


@pytest.mark.parametrize(
    ("profile", "length", "status"),
    [
        ("bbb30", 7_000, 200),
        ("bbb30", 8_060, 400),
        ("bbb22", 8_200, 414),
        ("scalelite", 10_000, 200),
        ("scalelite", 10_300, 400),
        ("recapi", 10_300, 400),
        ("bbblb", 71_000, 200),
    ],
)
def test_how_long_an_address_may_be_differs(profile: str, length: int, status: int) -> None:
    with a_site(profile) as server:
        query = signed(server, "getRecordings", "recordID=" + "a" * length, "sha1")
        assert ask_unsigned(server, "getRecordings", query)[0] == status


@pytest.mark.parametrize("profile", ["scalelite", "bbblb"])
def test_a_protected_recording_has_other_addresses_each_time(profile: str) -> None:
    with LocalServer(profile=profile) as server:
        server.state.add(
            a_recording(protected=True, formats=(SeedFormat(), SeedFormat("video"))), a_recording(OTHER)
        )
        documents = [
            etree.fromstring(ask(server, "getRecordings", f"recordID={one}").content)
            for one in (RECORD, RECORD, OTHER, OTHER)
        ]

    assert [one.findtext(".//protected") for one in documents] == ["true", "true", None, None]
    urls = [[url.text for url in one.iter("url")] for one in documents]
    assert len({*urls[0], *urls[1]}) == 4
    assert urls[2] == urls[3]


@pytest.mark.parametrize("profile", ["bbb26", "bbb30"])
def test_a_listing_of_everything_may_be_switched_off(profile: str) -> None:
    with a_site(profile, fetch_all=False) as server:
        refused = etree.fromstring(ask(server, "getRecordings").content)
        assert [child.tag for child in refused] == ["returncode", "messageKey", "message"]
        assert sorted(listed(server, "recordID=a")) == [RECORD, SISTER]
        assert len(listed(server, "limit=100")) == 3


def test_scalelite_says_so_where_a_listing_of_everything_is_switched_off() -> None:
    with a_site("scalelite", fetch_all=False) as server:
        assert "<messageKey>missingParameters</messageKey>" in ask(server, "getRecordings").text
        assert len(listed(server, "meetingID=course-1")) == 2


@pytest.mark.parametrize("profile", ["bbb22", "bbblb", "recapi"])
def test_elsewhere_a_listing_of_everything_can_not_be_switched_off(profile: str) -> None:
    with a_site(profile, fetch_all=False) as server:
        assert len(listed(server)) == 3


def test_scalelite_keeps_the_empty_row_of_a_deleted_recording() -> None:
    with a_site("scalelite") as server:
        ask(server, "deleteRecordings", f"recordID={RECORD}")
        root = etree.fromstring(ask(server, "getRecordings", f"recordID={RECORD}&state=deleted").content)

        assert root.findtext("recordings/recording/published") == "true"
        assert len(root.find("recordings/recording/metadata")) == 0
        assert len(root.find("recordings/recording/playback")) == 0
        assert RECORD not in listed(server)


def test_scalelite_protects_the_first_recording_only() -> None:
    with a_site("scalelite") as server:
        ask(server, "updateRecordings", f"recordID={RECORD},{SISTER}&protect=true")

        assert [server.state.recording(one).protected for one in (RECORD, SISTER)] == [True, False]


def test_scalelite_changes_nothing_where_an_id_comes_twice() -> None:
    with a_site("scalelite") as server:
        answer = ask(server, "updateRecordings", f"recordID={RECORD},{RECORD}&meta_x=1")

        assert "<updated>false</updated>" in answer.text
        assert "x" not in server.state.recording(RECORD).metadata


def test_the_recording_api_finds_only_published_states_to_publish() -> None:
    with a_site("recapi") as server:
        query = signed(server, "publishRecordings", f"recordID={OTHER}&publish=true", "sha1")
        assert "notFound" in ask_unsigned(server, "publishRecordings", query)[1]


EARLY = "&kind=captions&lang={}"


@pytest.mark.parametrize(
    ("profile", "lang", "taken"),
    [
        ("bbb22", "en-US", True),
        ("bbb22", "zh-Hant-TW", True),
        ("bbb22", "fil", True),
        ("bbb22", "en_US", False),
        ("bbb26", "en-US", False),
        ("bbb26", "en_US", True),
    ],
)
def test_the_generations_of_bigbluebutton_spell_a_region_differently(
    profile: str, lang: str, taken: bool
) -> None:
    with a_site(profile) as server:
        answer = upload(server, "WEBVTT\n\n00:01.000 --> 00:02.000\nx\n", query=EARLY.format(lang))

    key = answer.json()["response"]["messageKey"]
    assert key == ("upload_text_track_success" if taken else "invalidLang")


def test_an_early_upload_is_taken_with_any_checksum_and_for_any_recording() -> None:
    with a_site("bbb22") as server:
        query = f"recordID={DELETED}&kind=captions&lang=en&checksum=whatever"
        text = ask_unsigned(server, "putRecordingTextTrack", query, "POST")[1]
        later = ask_unsigned(server, "putRecordingTextTrack", query.replace("captions", "x"), "POST")[1]

    assert "<h1>500" in text  # it went as far as the file, which was not sent
    assert "The kind parameter is not set to a permitted value." in later


@pytest.mark.parametrize("profile", BBB)
def test_a_refusal_follows_the_accept_header_unless_a_browser_sends_it(profile: str) -> None:
    def refused(**headers: str) -> str:
        return ask(server, "getRecordingTextTracks", "checksum=x", headers=headers).text

    with a_site(profile) as server:
        json_like = refused(Accept="application/json")
        browser = refused(Accept="application/json", **{"User-Agent": "Mozilla/5.0 Gecko/20100101"})

    assert json_like.startswith('{\n  "response": {')
    assert browser.startswith("<response>")


@pytest.mark.parametrize("profile", DIALECTS)
def test_the_same_seed_gives_the_same_listing(profile: str) -> None:
    texts = []
    for _ in range(2):
        with LocalServer(
            profile=profile, recordings=40, seed=3, secret="s3cret", clock=TurnedClock()
        ) as server:
            query = signed(server, "getRecordings", "state=any", "sha1")
            text = ask_unsigned(server, "getRecordings", query)[1]
            texts.append(re.sub("token=[0-9a-f]+|ticket/[0-9a-f]+", "", text))

    assert texts[0] == texts[1]
    assert texts[0].count("<recording>") == 40
