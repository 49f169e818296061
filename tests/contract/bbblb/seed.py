"""Fill BBBLB's own database with recordings of every shape, through its own models.  Runs in BBBLB's environment.

    python seed.py DATABASE-URL HOST:PORT SECRET

More than 1,000 IDs begin with `a`, because BBBLB cuts each answer there
without a word; some differ in letter case alone, which SQLite's LIKE does
not tell apart.
"""

import asyncio
import hashlib
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from bbblb import model
from bbblb.services.db import migrate_db
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

_FIRST = datetime(2022, 3, 1, 8, tzinfo=UTC)
_CROWDED, _SPREAD, _OURS = 1300, 1170, 24
_NAMES = ("Analysis I", "Größe & Ähre <1> 日本語", "Very long " + "name " * 60, "🎓 Kick-off")
_FORMAT = (
    "<playback><format>{0}</format><link>https://bbb.example.org/playback/{0}/{1}</link>"
    "<processing_time>4100</processing_time><duration>{2}</duration><size>{3}</size></playback>"
)


def record_ids() -> Iterator[tuple[str, datetime]]:
    """Yield IDs and what their 13 digits say; those that may be written to come first."""
    for number in range(_OURS + _CROWDED + _SPREAD):
        started = _FIRST + timedelta(minutes=37 * number)
        digest = hashlib.sha1(f"meeting-{number // 3}".encode(), usedforsecurity=False).hexdigest()
        crowded = _OURS <= number < _OURS + _CROWDED
        yield f"{'a' + digest[1:] if crowded else digest}-{int(started.timestamp() * 1000)}", started


def odd_ids(ids: list[str]) -> Iterator[str]:
    """Yield IDs that go on from another one, or are none of BigBlueButton's."""
    yield ids[5] + "7"
    yield ids[9].upper()
    yield from ("Imported_lecture-7", "zoom-2020-01-31", "-leading", "_underscored", "UPPER", "upper")


def recording(tenant: model.Tenant, number: int, record_id: str, started: datetime) -> model.Recording:
    """Make one recording; every seventh is unpublished, and formats and metadata go round."""
    name = _NAMES[number % len(_NAMES)]
    metadata = {"meetingName": name, "meetingId": f"course-{number // 3}", "isBreakout": "false"}
    metadata |= {"category": ("lecture", "seminar", "test")[number % 3], "presenter": f"Person {number}"}
    if number < _OURS:
        metadata["bbbkeep-test"] = "yes"
    kinds = ("presentation", "video", "notes")[: number % 3 + 1]
    made = model.Recording(
        tenant=tenant,
        record_id=record_id,
        external_id=f"course-{number // 3}",
        state=model.RecordingState.UNPUBLISHED if number % 7 == 6 else model.RecordingState.PUBLISHED,
        meta=metadata,
        started=started,
        ended=started + timedelta(minutes=number % 180),
        participants=number % 90,
    )
    made.formats = [
        model.PlaybackFormat(format=kind, xml=_FORMAT.format(kind, record_id, number * 61_000, number * 1000))
        for kind in kinds
    ]
    return made


async def fill(database: str, realm: str, secret: str) -> None:
    """Make the tables, one tenant, and its recordings."""
    await migrate_db(database)
    engine = create_async_engine(database.replace("sqlite:", "sqlite+aiosqlite:"))
    dated = list(record_ids())
    dated += [(record_id, _FIRST) for record_id in odd_ids([record_id for record_id, _ in dated])]
    async with AsyncSession(engine) as session, session.begin():
        tenant = model.Tenant(name="contract", realm=realm, secret=secret)
        session.add(tenant)
        session.add_all(recording(tenant, number, *one) for number, one in enumerate(dated))
    await engine.dispose()


if __name__ == "__main__":
    asyncio.run(fill(*sys.argv[1:]))
