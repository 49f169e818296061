"""Write down a bug of one server's run, so that the other servers can go on."""

from pathlib import Path

from bbbkeep.bug_log import keep_traceback
from bbbkeep.errors import KeepError
from bbbkeep.settings import read_settings
from bbbkeep.site import SiteRef


def write_bug(ref: SiteRef, error: BaseException) -> str:
    """Keep the traceback of *error* in the state folder of the server that *ref* names, and say where."""
    try:
        settings = read_settings(
            Path(ref.config) if ref.config else None, Path(ref.state_dir) if ref.state_dir else None
        )
    except KeepError as problem:
        return f"its traceback could not be kept: {problem}"
    return f"the traceback is in {keep_traceback(error, settings.state_dir, settings.secrets)}"
