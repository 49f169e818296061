"""Promises about text tracks."""

from contract.promise import promise
from contract.world import World
from operations.keeping import SRT, a_caption_file, upload_captions

from bbbkeep.errors import BbbUnsupportedError

_UPLOADS = {"putRecordingTextTrack", "getRecordingTextTracks"}
_FILES = 3


@promise("A text track that counts as verified can be downloaded with its cues", "captions")
def a_verified_track_can_be_downloaded(world: World) -> str:
    world.sweep()
    record_id = world.ours[0]
    a_caption_file(world.site, record_id)
    outcomes = world.attempt(lambda: upload_captions(world.site))
    if outcomes is None:
        return f"stopped: {world.said[-1]}"
    verified = [one for one in outcomes if one.outcome == "verified"]
    if verified and world.local is not None:
        tracks = world.local.state.recording(record_id).tracks
        assert [
            line
            for track in tracks
            if track.lang == "de"
            for line in SRT.splitlines()
            if "." in line and line in track.webvtt
        ]
    assert outcomes or world.said or world.faulty
    return (
        "yes" if verified else f"{outcomes[0].outcome}: {outcomes[0].because}" if outcomes else "nothing sent"
    )


@promise("A server without text tracks says so once", "captions")
def a_server_without_text_tracks_says_so_once(world: World) -> str:
    world.sweep()
    for record_id in world.ours[:_FILES]:
        a_caption_file(world.site, record_id)
    outcomes = world.attempt(lambda: upload_captions(world.site))
    if world.faulty:
        return "yes"
    if outcomes is None:
        assert isinstance(world.said[-1], BbbUnsupportedError), world.said
    elif any(one.outcome == "verified" for one in outcomes):
        return "yes"
    asked = [call for _, call, _ in world.local.requests if call in _UPLOADS] if world.local else []
    assert len(asked) <= 1, asked
    assert outcomes is None or len(outcomes) == _FILES
    return "yes"
