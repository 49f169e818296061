"""Turn a run round: what it wrote and the server still shows becomes the items of a new plan.

What can't be undone is refused, with what the administrator can do instead.
Nothing is written here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bbbkeep.api.reading import Reader
from bbbkeep.errors import BbbError, PlanRefusedError
from bbbkeep.ledger import before_images, intents, plans, runs
from bbbkeep.ledger.plans import PlanStatus
from bbbkeep.model import ItemOutcome, Recording
from bbbkeep.plans import archive
from bbbkeep.plans.action import Action, Found
from bbbkeep.plans.actions import ACTIONS
from bbbkeep.plans.document import PlanItem, read_plan
from bbbkeep.site import Site

_WRITTEN = {"verified", "unverified"}


@dataclass(frozen=True, slots=True)
class Undoing:
    """The reverse of a run: its items, what can't be undone and why, and the texts that items upload."""

    items: Sequence[PlanItem]
    refused: Sequence[Mapping[str, str]]
    texts: Mapping[str, str] = field(default_factory=dict)
    """Digest -> WebVTT."""


@dataclass(frozen=True, slots=True)
class _Deed:
    """One write of the run: its item, what it overwrote, or None once that is erased."""

    item: PlanItem
    before: Mapping[str, Any] | None


def undoing(site: Site, run_id: str) -> Undoing:
    """Return the reverse of what *run_id* wrote, the last write first.

    Raises:
        PlanRefusedError: the run's plan was changed: what it wrote is not known.
        BbbError: the server can't be read.
    """
    deeds = _deeds(site, run_id)
    items: list[PlanItem] = []
    refused: list[Mapping[str, str]] = []
    texts: dict[str, str] = {}
    with site.reader() as reader:
        shown = reader.recordings(sorted({deed.item.record_id for deed in deeds})) if deeds else {}
        for deed in reversed(deeds):
            turned = _turned(deed, shown.get(deed.item.record_id), reader)
            if isinstance(turned, PlanItem):
                items.append(turned)
                texts |= _texts(turned, deed)
            else:
                left = {"record_id": deed.item.record_id, "action": deed.item.action, "outcome": "refused"}
                refused.append(left | {"because": turned})
    return Undoing(items, refused, texts)


def _deeds(site: Site, run_id: str) -> list[_Deed]:
    with site.ledger.read() as conn:
        run = runs.get(conn, run_id)
        known = plans.get(conn, run.plan_id) if run and run.plan_id else None
        outcomes = [one for one in runs.outcomes(conn, run_id) if one.outcome in _WRITTEN]
        begun = intents.of_run(conn, run_id)
        images = {number: before_images.get(conn, one.before) for number, one in begun.items()}
    if known is None or not outcomes:
        return []
    items = _items(known, run_id, outcomes)
    return [_deed(site, items[one.number], images.get(one.number)) for one in outcomes]


def _items(known: PlanStatus, run_id: str, outcomes: Sequence[ItemOutcome]) -> Mapping[int, PlanItem]:
    """Return the items of a run's plan by number; of a plan that was erased, what the outcomes tell."""
    path = Path(known.path)
    if not path.exists():
        return {one.number: PlanItem(one.number, one.record_id, one.action, "", ()) for one in outcomes}
    plan, digest = read_plan(path)
    if digest != known.digest:
        raise PlanRefusedError(f"{path}: the file was changed; what {run_id} wrote is not known")
    return {item.number: item for item in plan.items}


def _deed(site: Site, item: PlanItem, image: Mapping[str, Any] | None) -> _Deed:
    """Put before-image and archive together."""
    if image is None or not image.get("archive"):
        return _Deed(item, image)
    saved = archive.load(site, str(image["archive"]))
    return _Deed(item, None if saved is None else {**saved, **image})


def _turned(deed: _Deed, recording: Recording | None, reader: Reader) -> PlanItem | str:
    """Return the item that undoes a write, or why there is none."""
    item, action = deed.item, ACTIONS[deed.item.action]
    if action.undoable and (deed.before is None or not item.fingerprint):
        return "what was there before is not kept any more"
    turned = action.reverse(item.params, deed.before or {})
    if turned is None:
        return action.irreversible(reader.profile, item.record_id, item.params)
    try:
        if recording is None or not _is_still_ours(action, deed, recording, reader):
            return "the server no longer shows what was written; nothing is changed on top of that"
    except BbbError as error:
        return f"it can't be seen whether it is still as written: {error}"
    name, params = turned
    source = ("its source becomes upload",) if ACTIONS[name].settles_later else ()
    reasons = (f"undoes {item.action}", *source)
    fingerprint = ACTIONS[name].fingerprint(recording, params)
    return PlanItem(
        number=0,
        record_id=item.record_id,
        action=name,
        fingerprint=fingerprint,
        reasons=reasons,
        size_bytes=recording.whole_size,
        undo=ACTIONS[name].undoable,
        params=params,
    )


def _is_still_ours(action: Action, deed: _Deed, recording: Recording, reader: Reader) -> bool:
    tracks = reader.text_tracks(recording.record_id) if action.wants_tracks else None
    return action.is_still_ours(Found(recording, tracks), deed.item.params, deed.before or {}, reader)


def _texts(item: PlanItem, deed: _Deed) -> dict[str, str]:
    """Return the archived text that an item uploads, by its digest."""
    wanted = item.params.get("webvtt_digest")
    tracks = (deed.before or {}).get("tracks") or ()
    texts = {archive.digest_of(track["text"]): str(track["text"]) for track in tracks if "text" in track}
    return {wanted: texts[wanted]} if wanted in texts else {}
