"""Tell a monitor outside that a night finished: only from there can a missing night be seen."""

from bbbkeep.settings_values import Secret

SECONDS = 10


def ping(url: Secret) -> str:
    """Fetch *url* once; return why that failed, without the URL, or an empty text.

    Redirects are not followed, and the answer is not read.
    """
    import requests

    from bbbkeep.errors import FileError

    try:
        address = url.reveal()
        with requests.Session() as session:
            session.trust_env = False
            with session.get(address, timeout=SECONDS, stream=True, allow_redirects=False) as answer:
                status = answer.status_code
    except FileError as missing:
        return str(missing)
    except (requests.RequestException, OSError, ValueError):
        return f"heartbeat_url did not answer within {SECONDS} s; check the address and the network"
    if not answer.ok or answer.is_redirect:
        return f"heartbeat_url answered with HTTP {status}"
    return ""
