"""The six kinds of server, each written down once."""

from collections.abc import Mapping
from dataclasses import replace

from bbbkeep.standin import (
    changes,
    cluster_changes,
    filters,
    meetings,
    paging,
    parameters,
    recordings,
    store,
    style,
    text_tracks,
    unsupported,
)
from bbbkeep.standin.checksum import ChecksumRules, Flaw, by_name, by_pattern
from bbbkeep.standin.dialect import Dialect, Front, Listing, MeetingRules, Operation, Route, TrackRules, Words
from bbbkeep.standin.languages import default_label, hyphen_tag, the_tag_itself, underscore_tag
from bbbkeep.standin.parameters import Reading

_GET, _POST, _BOTH = frozenset({"GET"}), frozenset({"POST"}), frozenset({"GET", "POST"})
_ALL_SHA = frozenset({"sha1", "sha256", "sha384", "sha512"})
_NO_SHA384 = frozenset({"sha1", "sha256", "sha512"})
_CHECKSUM = "You did not pass the checksum security check"
_FLAWS: tuple[Flaw, ...] = ("missing", "length", "no hex", "wrong", "strange host")
_SAME_WORDS: Mapping[Flaw, str] = dict.fromkeys(_FLAWS, _CHECKSUM)
_MISSING = {
    "recordID": ("missingParamRecordID", "You must specify a recordID."),
    "publish": ("missingParamPublish", "You must specify a publish value true or false."),
}

_BBB_LISTING = Listing(
    ids=parameters.ids,
    states=parameters.states,
    paged=paging.by_recording,
    passes=filters.every,
    opening="<response>\n  <returncode>SUCCESS</returncode>\n  <recordings>",
    closing="\n  </recordings>{behind}\n</response>",
    nothing="<response>\n  <returncode>SUCCESS</returncode>\n  <recordings>\n  </recordings>"
    "\n  <messageKey>noRecordings</messageKey>\n  <message>There are no recordings for the meeting(s).</message>"
    "{behind}\n</response>",
    by_hash=True,
    keys_lowered=True,
    without_ids=style.BBB.success(
        style.Element("messageKey", "noRecordings"),
        style.Element(
            "message", "No recordings found. This may occur if you attempt to retrieve all recordings."
        ),
    ),
)
_SCALELITE_LISTING = Listing(
    ids=parameters.ids_once,
    states=parameters.states,
    paged=paging.not_at_all,
    passes=filters.any_of_lists,
    opening="<response>\n  <returncode>SUCCESS</returncode>\n  <recordings>\n",
    closing="  </recordings>\n</response>\n",
    nothing="<response>\n  <returncode>SUCCESS</returncode>\n  <recordings>\n  </recordings>"
    "\n  <messageKey>noRecordings</messageKey>\n  <message>There are not recordings for the meetings</message>"
    "\n</response>\n",
    without_ids=style.SCALELITE.failed("missingParameters", "param meetingID or recordID must be included."),
)
_BBBLB_LISTING = replace(
    _SCALELITE_LISTING,
    ids=parameters.first_hundred_ids,
    states=parameters.first_five_states,
    paged=paging.within_a_cap,
    passes=filters.broken,
    without_ids=None,
    nothing="<response>\n  <returncode>SUCCESS</returncode>\n  <recordings/>\n</response>\n",
)

_BBB_FRONT = Front(
    too_long=unsupported.nginx_and_tomcat,
    unknown=unsupported.NOT_FOUND_PAGE,
    wrong_method=unsupported.NOT_ALLOWED_PAGE,
    index=meetings.bbb_index,
)

_TRACKS = TrackRules(
    tag=underscore_tag,
    label=default_label,
    bad_kind="Invalid kind parameter, expected='subtitles|captions' actual={kind}",
)
_EARLY_TRACKS = TrackRules(
    tag=hyphen_tag,
    label=the_tag_itself,
    bad_kind="The kind parameter is not set to a permitted value.",
    verified=False,
)


_MEETING_CALLS = {
    "create": Route(_BOTH, meetings.create),
    "join": Route(_BOTH, meetings.join),
    "end": Route(_BOTH, meetings.end),
    "isMeetingRunning": Route(_BOTH, meetings.is_meeting_running),
    "getMeetingInfo": Route(_BOTH, meetings.get_meeting_info),
    "getMeetings": Route(_BOTH, meetings.get_meetings),
}
_INSERT_DOCUMENT = {"insertDocument": Route(_POST, meetings.insert_document)}
_BBB_MEETINGS = MeetingRules(
    checksum=dict.fromkeys(_FLAWS, "Checksums do not match"),
    form_signed=True,
    types_checked=True,
    name_needed=True,
)


def _bbb_calls(put_text_track: Operation) -> dict[str, Route]:
    return {
        **_MEETING_CALLS,
        "getRecordings": Route(_BOTH, recordings.get_recordings),
        "publishRecordings": Route(_GET, changes.publish_recordings),
        "deleteRecordings": Route(_GET, changes.delete_recordings),
        "updateRecordings": Route(_BOTH, changes.update_recordings),
        "getRecordingTextTracks": Route(_BOTH, text_tracks.get_text_tracks),
        "putRecordingTextTrack": Route(_POST, put_text_track),
    }


_BBB30 = Dialect(
    name="bbb30",
    version="3.0.19",
    style=style.BBB,
    checksums=ChecksumRules(_ALL_SHA),
    words=Words(_SAME_WORDS, _MISSING, missing_first=True),
    reading=Reading(),
    store=store.BBB,
    listing=_BBB_LISTING,
    front=_BBB_FRONT,
    calls={**_bbb_calls(text_tracks.putting(_TRACKS)), **_INSERT_DOCUMENT},
    meetings=_BBB_MEETINGS,
)
_BBB26 = replace(
    _BBB30, name="bbb26", version="2.6.18", listing=replace(_BBB_LISTING, paged=paging.by_format)
)
_BBB22 = replace(
    _BBB30,
    name="bbb22",
    version="2.2.0",
    checksums=ChecksumRules(frozenset({"sha1", "sha256"}), any_case=False),
    reading=Reading(tidied=False),
    store=store.BBB_WITHOUT_SIZES,
    listing=replace(_BBB_LISTING, paged=paging.not_at_all, without_ids=None),
    front=replace(_BBB_FRONT, index=meetings.short_index),
    calls=_bbb_calls(text_tracks.putting(_EARLY_TRACKS)),
    meetings=MeetingRules(_SAME_WORDS, password_needed=True),
)
_SCALELITE = Dialect(
    name="scalelite",
    version="1.6",
    style=style.SCALELITE,
    checksums=ChecksumRules(_NO_SHA384, any_case=False),
    words=Words(_SAME_WORDS, _MISSING),
    reading=Reading(tidied=False),
    store=store.SCALELITE,
    listing=_SCALELITE_LISTING,
    front=Front(
        too_long=unsupported.puma,
        unknown=unsupported.UNSUPPORTED,
        wrong_method=unsupported.UNSUPPORTED,
        index=meetings.short_index,
        slash="ignored",
    ),
    calls={
        **_MEETING_CALLS,
        **_INSERT_DOCUMENT,
        "getRecordings": Route(_BOTH, recordings.get_recordings),
        "publishRecordings": Route(_GET, cluster_changes.scalelite_publish),
        "deleteRecordings": Route(_GET, cluster_changes.scalelite_delete),
        "updateRecordings": Route(_BOTH, cluster_changes.scalelite_update),
    },
    meetings=MeetingRules(_SAME_WORDS, types_checked=True),
)
_RECORDING_API = Dialect(
    name="recapi",
    version="",
    style=style.RECORDING_API,
    checksums=ChecksumRules(frozenset({"sha1"}), any_case=False, removed=by_pattern),
    words=Words(_SAME_WORDS, _MISSING),
    reading=Reading(tidied=False),
    store=store.RECORDING_API,
    listing=replace(_SCALELITE_LISTING, states=parameters.whatever_state, passes=None, without_ids=None),
    front=Front(
        too_long=unsupported.puma,
        unknown=unsupported.NOT_FOUND_EMPTY,
        wrong_method=unsupported.NOT_FOUND_EMPTY,
        index=unsupported.no_index,
        slash="ignored",
    ),
    calls={
        "getRecordings": Route(_GET, recordings.get_recordings),
        "publishRecordings": Route(_GET, cluster_changes.recording_api_publish),
        "updateRecordings": Route(_GET, cluster_changes.recording_api_update),
    },
    meetings=MeetingRules(_SAME_WORDS),
)
_BBBLB_WORDS: Mapping[Flaw, str] = {
    "missing": "Missing checksum parameter",
    "length": "Unsupported checksum type",
    "no hex": "Invalid checksum",
    "wrong": "Checksum did not pass verification",
    "strange host": "Unknown tenant, unable to perform checksum security check",
}
_BBBLB = Dialect(
    name="bbblb",
    version="0.0.18",
    style=style.BBBLB,
    checksums=ChecksumRules(_NO_SHA384, removed=by_name),
    words=Words(
        checksum=_BBBLB_WORDS,
        missing={
            "recordID": ("missingParameterRecordID", "Missing ir invalid parameter recordID."),
            "publish": ("missingParameterPublish", "Missing ir invalid parameter publish."),
        },
        unknown_recording="Unknown recording",
    ),
    reading=Reading(tidied=False, form="for an empty query"),
    store=store.BBBLB,
    listing=_BBBLB_LISTING,
    front=Front(
        too_long=unsupported.uvicorn,
        unknown=unsupported.NOT_FOUND_TEXT,
        wrong_method=unsupported.NOT_ALLOWED_TEXT,
        index=meetings.bbblb_index,
        slash="redirected",
        own_host=True,
    ),
    calls={
        **_MEETING_CALLS,
        **_INSERT_DOCUMENT,
        "getMeetings": Route(_BOTH, meetings.fail_to_list),
        "getRecordings": Route(_GET, recordings.get_recordings),
        "publishRecordings": Route(_GET, cluster_changes.bbblb_publish),
        "deleteRecordings": Route(_GET, cluster_changes.bbblb_delete),
        "updateRecordings": Route(_BOTH, cluster_changes.bbblb_update),
        "getRecordingTextTracks": Route(_BOTH, unsupported.not_implemented),
        "putRecordingTextTrack": Route(_POST, unsupported.not_implemented),
    },
    meetings=MeetingRules(_BBBLB_WORDS),
)

DIALECTS = {one.name: one for one in (_BBB22, _BBB26, _BBB30, _SCALELITE, _BBBLB, _RECORDING_API)}
"""Profile name -> the choices of that kind of server."""
