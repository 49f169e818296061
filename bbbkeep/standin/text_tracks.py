"""getRecordingTextTracks, putRecordingTextTrack, and the download of a track.

Checks in the order of BigBlueButton's RecordingController; errors before the
body of a call is looked at come as XML or JSON, as the Accept header has it.
"""

import secrets
from urllib.parse import unquote

from bbbkeep.standin import inbox
from bbbkeep.standin.answers import Answer, checksum_error, compact_json, failed_json, failed_xml, page
from bbbkeep.standin.languages import default_label, underscore_tag
from bbbkeep.standin.parameters import Call, accepted
from bbbkeep.standin.recording import SeedTrack
from bbbkeep.standin.site import BASE_PATH, Site

_TOKEN_LIFE_MS = 3_600_000
_KINDS = ("subtitles", "captions")


def get_text_tracks(site: Site, call: Call) -> Answer:
    """List the text tracks of one recording, each with a fresh single-use link."""
    if not call.get("checksum"):
        return _negotiated(call, "checksumError", "You did not pass the checksum security check")
    record_id = call.get("recordID")
    if not record_id:
        return _negotiated(call, "missingParamRecordID", "You must specify a recordID.")
    if not site.accepts(call):
        return _negotiated(call, "checksumError", "You did not pass the checksum security check")
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


def put_text_track(site: Site, call: Call) -> Answer:
    """Take a file into the inbox; that it was taken says nothing about what becomes of it."""
    refusal = _unsigned(site, call) or _unfit(site, call)
    if refusal is not None:
        return refusal
    tag = str(underscore_tag(call.get("lang")))
    label = call.get("label") or default_label(tag)
    inbox.leave(site, call.get("recordID"), SeedTrack(call.get("kind"), tag, label, "upload", ""), call.file)
    return compact_json(
        {
            "returncode": "SUCCESS",
            "recordId": call.get("recordID"),
            "messageKey": "upload_text_track_success",
            "message": "Text track uploaded successfully",
        }
    )


def _unsigned(site: Site, call: Call) -> Answer | None:
    for name in ("checksum", "recordID"):
        if not call.get(name):
            return failed_json("paramError", f"Missing param {name}.")
    if not site.accepts(call):
        return _negotiated(call, "checksumError", "You did not pass the checksum security check")
    return None


def _unfit(site: Site, call: Call) -> Answer | None:
    record_id, kind, lang = (call.get(name) for name in ("recordID", "kind", "lang"))
    recording = site.state.recording(record_id)
    if recording is None or recording.state not in ("published", "unpublished"):
        return failed_json("noRecordings", f"No recording was found for {record_id}")
    if not kind:
        return failed_json("paramError", "Missing param kind.")
    if kind not in _KINDS:
        return failed_json(
            "invalidKind", f"Invalid kind parameter, expected='subtitles|captions' actual={kind}"
        )
    if not lang:
        return failed_json("paramError", "Missing param lang.")
    if underscore_tag(lang) is None:
        return failed_json("invalidLang", f"Malformed lang param, received={lang}")
    return None if call.file else failed_json("empty_uploaded_text_track", "Empty uploaded text track.")


def _negotiated(call: Call, key: str, message: str) -> Answer:
    """Refuse in JSON only where it is liked better than XML, as Grails' withFormat lists xml first."""
    wanted = accepted(call)
    if key == "checksumError" and wanted != "json":
        return checksum_error()
    return failed_json(key, message) if wanted == "json" else failed_xml(key, message)
