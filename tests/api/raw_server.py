"""A server that sends bytes as they are, and then closes the connection, resets it, or speaks TLS and IPv6."""

import socket
import ssl
import struct
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

_RESET = struct.pack("ii", 1, 0)


@contextmanager
def sending(
    *pieces: bytes, host: str = "127.0.0.1", reset: bool = False, tls: ssl.SSLContext | None = None
) -> Iterator[int]:
    """Answer every connection with *pieces*; yield the port."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.create_server((host, 0), family=family)
    thread = threading.Thread(target=_serve, args=(listener, pieces, reset, tls), daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()
        listener.close()


def _serve(listener: socket.socket, pieces: Iterable[bytes], reset: bool, tls: ssl.SSLContext | None) -> None:
    while True:
        try:
            plain, _ = listener.accept()
        except OSError:
            return
        try:
            with tls.wrap_socket(plain, server_side=True) if tls else plain as connection:
                _answer(connection, pieces, reset)
        except OSError:
            plain.close()  # a client that went away, or trusts nobody


def _answer(connection: socket.socket, pieces: Iterable[bytes], reset: bool) -> None:
    connection.recv(65536)
    for piece in pieces:
        connection.sendall(piece)
    if reset:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)


def certificate(folder: Path, address: str) -> tuple[Path, ssl.SSLContext]:
    """Make a certificate for *address* that signs itself; return its file and a server's end of it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name, now = x509.Name([]), datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))]), critical=True)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, SHA256())
    )
    file, both = folder / "ca.pem", folder / "server.pem"
    file.write_bytes(made.public_bytes(Encoding.PEM))
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    both.write_bytes(secret + file.read_bytes())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(both)
    return file, context
