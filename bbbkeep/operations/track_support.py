"""Whether a server has text tracks at all: found out once, said once."""

from bbbkeep.api.profiles import profile_named
from bbbkeep.api.reading import Reader
from bbbkeep.api.sweep import require_answer
from bbbkeep.counted import many
from bbbkeep.errors import BbbRejectedError, BbbUnavailableError, BbbUnsupportedError
from bbbkeep.site import Site

_CALL = "getRecordingTextTracks"
_NOT_FOUND = 404


def require_text_tracks(site: Site, record_id: str, *, waiting: int = 0) -> None:
    """Ask for the text tracks of one recording, to know before anything is sent.

    Raises:
        BbbUnsupportedError: this kind of server has none; in words for the administrator.
        BbbUnavailableError: it answers nothing.
    """
    profile = profile_named(site.settle_profile())
    if not profile.stores_text_tracks:
        raise _unsupported(site, f"{profile.server} has no text tracks", waiting)
    try:
        with site.reader() as reader:
            _ask(reader, record_id)
    except BbbUnsupportedError as problem:
        raise _unsupported(site, problem.problem, waiting) from None
    except BbbRejectedError:
        return  # about this recording alone; each is asked about again before it is written to


def _ask(reader: Reader, record_id: str) -> None:
    try:
        reader.text_tracks(record_id)
    except BbbUnavailableError as problem:
        require_answer(reader)
        if problem.status == _NOT_FOUND:
            raise BbbUnsupportedError(
                _CALL, "it answers HTTP 404 to this call, and others as it should"
            ) from None
        # About this recording alone, too: the server answers for others.


def _unsupported(site: Site, problem: str, waiting: int) -> BbbUnsupportedError:
    files = f"{many(waiting, 'caption file waits', 'caption files wait')}: " if waiting else ""
    remedy = "text tracks are kept by the BigBlueButton servers behind it; name one of those as a server"
    return BbbUnsupportedError(_CALL, f"{files}{site.server.name} takes no text tracks ({problem}); {remedy}")
