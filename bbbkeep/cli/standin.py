"""`bbbkeep standin`."""

import signal
import threading

import click

from bbbkeep.standin.dialects import DIALECTS
from bbbkeep.standin.faults import FAULTS

_LIST = "\b\n" + "\n".join(f"  {name:<20}{fault.summary}" for name, fault in FAULTS.items())


@click.command("standin", epilog=f"\b\nFaults:\n{_LIST[2:]}")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, help="Port on 127.0.0.1; 0 takes a free one."
)
@click.option(
    "--profile", type=click.Choice(list(DIALECTS)), default="bbb30", show_default=True, help="Kind of server."
)
@click.option(
    "--recordings", type=click.IntRange(min=0), default=0, metavar="N", help="Recordings to begin with."
)
@click.option(
    "--seed", type=int, default=1, show_default=True, metavar="S", help="Same seed, same recordings."
)
@click.option("--secret", default="", metavar="X", help="Shared secret; without it, a random one.")
@click.option(
    "--latency", type=click.IntRange(min=0), default=0, metavar="MS", help="Wait before each answer."
)
@click.option(
    "--fault",
    "faults",
    multiple=True,
    type=click.Choice(list(FAULTS)),
    metavar="NAME",
    help="See below; repeatable.",
)
@click.option("--ffmpeg", is_flag=True, help="Let the real ffmpeg convert uploads.")
def command(
    port: int,
    profile: str,
    recordings: int,
    seed: int,
    secret: str,
    latency: int,
    faults: tuple[str, ...],
    ffmpeg: bool,
) -> None:
    """Run a local BigBlueButton server to try things on, until it is stopped.

    It prints one line when it is ready, with its address and secret.
    """
    from bbbkeep.standin.server import LocalServer

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with LocalServer(
        recordings=recordings,
        seed=seed,
        secret=secret,
        profile=profile,
        latency_ms=latency,
        faults=faults,
        ffmpeg=ffmpeg,
        port=port,
        caption_delay=0.05,  # about what ffmpeg takes for a lecture
    ) as server:
        click.echo(f"BBB_URL={server.url} BBB_SECRET={server.secret}")
        stop.wait()
