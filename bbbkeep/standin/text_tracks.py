"""getRecordingTextTracks, putRecordingTextTrack, and the download of a track.

Checks in the order of BigBlueButton's RecordingController; errors before the
body of a call is looked at come as XML or JSON, as the Accept header has it.
"""

import secrets
from urllib.parse import unquote

from bbbkeep.standin import inbox
from bbbkeep.standin.answers import Answer, compact_json, failed_json, page, pretty_json, server_error
from bbbkeep.standin.dialect import Operation, TrackRules
from bbbkeep.standin.parameters import Call, accepted
from bbbkeep.standin.recording import SeedTrack
from bbbkeep.standin.site import BASE_PATH, Site

_TOKEN_LIFE_MS = 3_600_000
_CHECKSUM = "You did not pass the checksum security check"
_KINDS = ("subtitles", "captions")


def get_text_tracks(site: Site, call: Call) -> Answer:
    """List the text tracks of one recording, each with a fresh single-use link."""
    call = call.tidied()
    if not call.get("checksum"):
        return _negotiated(site, call, "checksumError", _CHECKSUM)
    record_id = call.get("recordID")
    if not record_id:
        return _negotiated(site, call, "missingParamRecordID", "You must specify a recordID.")
    if not site.accepts(call):
        return _negotiated(site, call, "checksumError", _CHECKSUM)
    if not accepted(call, ["json"]):
        return page(406, "Not Acceptable")
    return _tracks(site, record_id)


def _tracks(site: Site, record_id: str) -> Answer:
    """Answer from the captions folder, which outlives a deleted recording and may lack for an imported one."""
    recording = site.state.recording(record_id)
    tracks = () if recording is None else recording.tracks
    if recording is None or not (tracks or recording.has_captions_list):
        return failed_json("noRecordings", f"No recording found for {record_id}")
    if not (tracks or recording.has_captions_file):
        return failed_json("noCaptionsFound", f"No captions found for {record_id}")
    listed = [_listed(site, record_id, track) for track in tracks]
    return compact_json({"returncode": "SUCCESS", "tracks": listed})


def _listed(site: Site, record_id: str, track: SeedTrack) -> dict[str, str]:
    path = f"{record_id}/{track.kind}_{track.lang}.vtt"
    token = secrets.token_hex(20)
    site.state.run("INSERT INTO tokens VALUES (?, ?, ?)", token, path, site.now_ms() + _TOKEN_LIFE_MS)
    members = {
        "href": f"{site.address}{BASE_PATH}/textTrack/{token}/{path}",
        "kind": track.kind,
        "label": track.label,
        "lang": track.lang,
        "source": track.source,
    }
    return {name: value for name, value in members.items() if value}


def download(site: Site, token: str, record_id: str, file: str) -> Answer:
    """Hand out a track's file once, within an hour of the listing; nginx knows it as plain text."""
    inbox.incorporate(site)
    path = f"{record_id}/{unquote(file)}"
    with site.state.lock:
        known = site.state.run("SELECT path, expires_ms FROM tokens WHERE token = ?", token)
        site.state.run("DELETE FROM tokens WHERE token = ?", token)
    if not any(where == path and int(str(expires)) > site.now_ms() for where, expires in known):
        return page(401, "Authorization Required")
    for track in site.state.text_tracks(record_id):
        if f"{track.kind}_{track.lang}.vtt" == unquote(file):
            return Answer(track.webvtt.encode(), "text/plain")
    return page(404, "Not Found")


def putting(rules: TrackRules) -> Operation:
    """Make the putRecordingTextTrack of one generation.

    It takes a file into the inbox; that it was taken says nothing about
    what becomes of it.
    """

    def put_text_track(site: Site, call: Call) -> Answer:
        call = call.tidied()
        refusal = _unsigned(site, call, rules) or _unfit(site, call, rules)
        if refusal is not None:
            return refusal
        tag = str(rules.tag(call.get("lang")))
        label = call.get("label") or rules.label(tag)
        track = SeedTrack(call.get("kind"), tag, label, "upload", "")
        inbox.leave(site, call.get("recordID"), track, call.file)
        return _taken(call.get("recordID"))

    return put_text_track


def _taken(record_id: str) -> Answer:
    return compact_json(
        {
            "returncode": "SUCCESS",
            "recordId": record_id,
            "messageKey": "upload_text_track_success",
            "message": "Text track uploaded successfully",
        }
    )


def _unsigned(site: Site, call: Call, rules: TrackRules) -> Answer | None:
    for name in ("checksum", "recordID"):
        if not call.get(name):
            return failed_json("paramError", f"Missing param {name}.")
    if rules.verified and not site.accepts(call):
        return _negotiated(site, call, "checksumError", _CHECKSUM)
    return None


def _unfit(site: Site, call: Call, rules: TrackRules) -> Answer | None:
    record_id, kind = call.get("recordID"), call.get("kind")
    recording = site.state.recording(record_id)
    if rules.verified and (recording is None or recording.state not in ("published", "unpublished")):
        return failed_json("noRecordings", f"No recording was found for {record_id}")
    if not kind:
        return failed_json("paramError", "Missing param kind.")
    if kind not in _KINDS:
        return failed_json("invalidKind", rules.bad_kind.format(kind=kind))
    return _unfit_file(call, rules)


def _unfit_file(call: Call, rules: TrackRules) -> Answer | None:
    lang = call.get("lang")
    if not lang:
        return failed_json("paramError", "Missing param lang.")
    if rules.tag(lang) is None:
        return failed_json("invalidLang", f"Malformed lang param, received={lang}")
    if call.media_type != "multipart/form-data":
        return server_error()  # the request then has no getFile
    return None if call.file else failed_json("empty_uploaded_text_track", "Empty uploaded text track.")


def _negotiated(site: Site, call: Call, key: str, message: str) -> Answer:
    """Refuse in JSON only where it is liked better than XML, as Grails' withFormat lists xml first."""
    if accepted(call) == "json":
        return pretty_json({"returncode": "FAILED", "messageKey": key, "message": message})
    return site.dialect.style.failed(key, message)
