"""Which addresses a text track may be fetched from.  Pure."""

from urllib.parse import urlsplit

from bbbkeep.api.address import ServerAddress

_USUAL_PORTS = {"http": 80, "https": 443}


def trusted(address: ServerAddress, href: str) -> bool:
    """Whether *href* leads to the server itself, or to a host that its address allows.

    https is never given up; ports are the scheme's own, the API's, or one
    that `hosts` names.
    """
    server = urlsplit(address.url)
    try:
        parts = urlsplit(href)
        port = parts.port or _USUAL_PORTS.get(parts.scheme, 0)
    except ValueError:
        return False
    schemes = ("https",) if server.scheme == "https" else ("https", "http")
    if parts.scheme not in schemes or "@" in parts.netloc:
        return False
    host, usual = parts.hostname or "", port in _USUAL_PORTS.values()
    if host == server.hostname:
        return usual or port == server.port
    return f"{host}:{port}" in address.hosts or (usual and host in address.hosts)
