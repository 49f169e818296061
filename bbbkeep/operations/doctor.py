"""Look at everything that a night depends on, and say how it is; nothing is changed but what is known of the server."""

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from bbbkeep.api.probing import Finding
from bbbkeep.api.profiles import UNKNOWN, profile_named
from bbbkeep.api.reading import Reader
from bbbkeep.clock import Clock
from bbbkeep.counted import many
from bbbkeep.errors import ConfigError, KeepError, LedgerError
from bbbkeep.ledger import runs, sweeps, uploads
from bbbkeep.ledger.health import health
from bbbkeep.ledger.schema import SCHEMA_VERSION
from bbbkeep.notices.owners import url_for
from bbbkeep.operations.checks import CheckUp, in_bytes, in_time
from bbbkeep.operations.profile_words import meaning
from bbbkeep.operations.retention import policy_of
from bbbkeep.plans.guards import CLOCKS_APART
from bbbkeep.retention.lint import lint
from bbbkeep.settings import AUTO, Settings
from bbbkeep.settings_values import OwnerSettings
from bbbkeep.site import Site, site_of

CLOCKS_WARN = timedelta(minutes=5)
NIGHT_WITHIN = timedelta(hours=26)
ROOM_BYTES = 1_000_000_000
_OTHERS = 0o077


def check_house(settings: Settings) -> CheckUp:
    """Look at what is ours: configuration, state folder, secrets."""
    found = CheckUp("bbbkeep", {"config": settings.origin, "state_dir": str(settings.state_dir)})
    found.add("configuration", settings.origin)
    _state_folder(found, settings.state_dir)
    for where, file in settings.secret_files.items():
        _secret_file(found, where, file)
    for where, secret in settings.late_secrets.items():
        if secret.missing is not None:
            found.fail("secret", f"{where}: {secret.missing}", secret.missing.exit_code)
    _owners_url(found, settings.owners)
    return found


def _owners_url(found: CheckUp, owners: OwnerSettings | None) -> None:
    if owners is None or owners.url.missing is not None:
        return
    try:
        url_for(owners.url, "")
    except ConfigError as error:
        found.fail("owners", str(error), error.exit_code)


def _state_folder(found: CheckUp, folder: Path) -> None:
    if not folder.is_dir():
        found.warn("state folder", f"{folder} is not there yet; the first run makes it")
        return
    room = shutil.disk_usage(folder).free
    if room < ROOM_BYTES:
        found.warn(
            "disk", f"{in_bytes(room)} free below {folder}; the ledger needs room, or no write is sent"
        )
    else:
        found.add("disk", f"{in_bytes(room)} free below {folder}")
    if folder.stat().st_mode & _OTHERS:
        found.warn("state folder", f"{folder} may be read by others; chmod 700 {folder}")
    else:
        found.add("state folder", f"{folder}, open to its owner alone")


def _secret_file(found: CheckUp, where: str, file: Path) -> None:
    try:
        mode = file.stat().st_mode
    except OSError as error:
        found.fail("secret", f"{where}: {file}: {error.strerror}; check its name and permissions", 2)
        return
    if mode & _OTHERS:
        found.warn("secret", f"{where}: {file} may be read by others; chmod 600 {file}")
    else:
        found.add("secret", f"{where}: {file}, open to its owner alone")


def check_server(settings: Settings, name: str, site: Site) -> CheckUp:
    """Look at one server: what answers there, what that means, and what the ledger knows of it."""
    server = settings.servers[name]
    found = CheckUp(name, {"server": name, "url": server.url, "profile": None})
    _wire(found, site)
    profile = profile_named(site.profile)
    found.facts["profile"] = profile.name
    if profile is not UNKNOWN or not found.exit:
        for topic, words in meaning(profile):
            found.note(topic, words)
    _policy(found, site)
    _known(found, site)
    return found


def check_ledger(found: CheckUp, site: Site) -> None:
    """Look at the ledger that *site* opened."""
    with site.ledger.read() as conn:
        state = health(conn)
    found.facts["ledger"] = {"kind": state.kind, "bytes": state.size_bytes, "schema": SCHEMA_VERSION}
    about = f"{state.kind}, {in_bytes(state.size_bytes)}, schema {SCHEMA_VERSION}"
    if state.damage:
        found.fail("ledger", f"{about}: damaged ({state.damage}); restore it from a backup", 2)
    else:
        found.add("ledger", f"{about}, sound")


def check_all(settings: Settings, server: str | None, clock: Clock) -> Iterator[CheckUp]:
    """Yield the house first, then each server, or the one that was named."""
    house = check_house(settings)
    names = [settings.server(server).name] if server else list(settings.servers)
    try:
        with site_of(settings, names[0], clock) as site:
            check_ledger(house, site)
    except LedgerError as error:
        house.failed("ledger", error)
        yield house
        return
    yield house
    for name in names:
        with site_of(settings, name, clock) as site:
            yield check_server(settings, name, site)


def _wire(found: CheckUp, site: Site) -> None:
    try:
        with site.unprofiled_reader() as reader:
            started = site.clock.now()
            finding = reader.probe()
            seconds = (site.clock.now() - started).total_seconds()
            _answers(found, site, finding, seconds)
            _clock(found, site, reader)
            found.facts["checksum"] = reader.checksum
            found.add("checksum", f"{reader.checksum or 'unknown'}{_chosen(site)}")
    except KeepError as error:
        found.failed("answers", error)


def _chosen(site: Site) -> str:
    return ", as configured" if site.server.checksum else ", the first of sha256 and sha1 that it takes"


def _answers(found: CheckUp, site: Site, finding: Finding, seconds: float) -> None:
    before = site.profile
    counts = site.remember_finding(finding)
    found.facts |= {
        "found": finding.profile,
        "version": finding.bbb_version,
        "api_version": finding.api_version,
    }
    version = (
        f"BigBlueButton {finding.bbb_version}" if finding.bbb_version else "it does not tell its version"
    )
    found.add(
        "answers", f"{version} (API {finding.api_version or 'unknown'}); three reads took {seconds:.1f} s"
    )
    server = profile_named(counts).server
    if site.server.profile != AUTO and finding.profile != counts:
        text = f"bbbkeep.yaml says {counts}, but its answers look like {finding.profile}: {finding.because}"
        found.warn("profile", text)
    elif site.server.profile != AUTO:
        found.add("profile", f"{counts}: {server}; bbbkeep.yaml says so, and its answers agree")
    elif finding.profile == UNKNOWN.name:
        text = f"unknown: {finding.because}; bbbkeep is most careful with it. Name a profile in bbbkeep.yaml if you know better"
        found.warn("profile", text)
    else:
        changed = f"; it was {before}" if before not in (counts, UNKNOWN.name) else ""
        found.add("profile", f"{counts}: {server}; found just now: {finding.because}{changed}")


def _clock(found: CheckUp, site: Site, reader: Reader) -> None:
    date = reader.server_date
    if date is None:
        found.warn("clock", "it tells no time (no Date header): whether the clocks agree is unknown")
        return
    apart = date - site.clock.now()
    found.facts["clock_seconds"] = round(apart.total_seconds())
    text = f"its clock is {in_time(apart)} {'ahead of' if apart > timedelta() else 'behind'} ours"
    if abs(apart) > CLOCKS_APART:
        found.fail("clock", f"{text}: nothing is written; set the clock that is wrong", 4)
    elif abs(apart) > CLOCKS_WARN:
        found.warn("clock", f"{text}; ages and dates are off by as much")
    else:
        found.add("clock", "agrees with ours" if abs(apart) <= timedelta(seconds=2) else text)


def _policy(found: CheckUp, site: Site) -> None:
    try:
        policy = policy_of(site)
    except KeepError as error:
        found.failed("policy", error)
        return
    if site.server.policy is None:
        found.note("policy", "none: nothing is deleted or unpublished")
    else:
        found.add("policy", f"{site.server.policy}: mode {policy.mode}, {len(policy.rules)} rules")
        odd = [one for one in lint(policy, now=site.clock.now()) if one.level == "warning"]
        if odd:
            more = f" and {len(odd) - 1} more" if len(odd) > 1 else ""
            first = f"{odd[0].name}: {odd[0].message}{more}"
            found.warn("policy", f"{first}; `bbbkeep retention check` says where")


def _known(found: CheckUp, site: Site) -> None:
    with site.ledger.read() as conn:
        sweep = sweeps.last_complete(conn, site.key)
        waiting = [one for one in uploads.listing(conn, site.key) if one.status == "pending"]
    found.facts |= {
        "last_complete_sweep": sweep.started_at.isoformat() if sweep else None,
        "pending_uploads": len(waiting),
    }
    if sweep is None:
        found.warn("sweep", "there was no complete one yet; `bbbkeep inventory` makes one")
    else:
        age = in_time(site.clock.now() - sweep.started_at)
        found.add("sweep", f"the last complete one was {age} ago: {many(sweep.count, 'recording')}")
    if waiting:
        oldest = min((one.sent_at for one in waiting if one.sent_at), default=None)
        since = f", the oldest for {in_time(site.clock.now() - oldest)}" if oldest else ""
        found.note(
            "uploads",
            f"{many(len(waiting), 'text track was accepted and has', 'text tracks were accepted and have')} not appeared yet{since}",
        )


def check_nights(settings: Settings, server: str | None, clock: Clock) -> list[CheckUp]:
    """Say for each server when a night last went through; more than 26 hours ago is an error (3).

    Nothing stopped such a night; that single items failed is what notices tell.
    """
    names = [settings.server(server).name] if server else list(settings.servers)
    found = [CheckUp(name, {"server": name, "url": settings.servers[name].url}) for name in names]
    for one in found:
        with site_of(settings, one.subject, clock) as site:
            with site.ledger.read() as conn:
                ended = runs.last_good(conn, site.key, "nightly")
            _night(one, ended, clock.now())
    return found


def _night(found: CheckUp, ended: datetime | None, now: datetime) -> None:
    found.facts["last_good_night"] = ended.isoformat() if ended else None
    if ended is None:
        found.fail("night", "no night went through yet; `bbbkeep runs list` shows what was tried", 3)
    elif now - ended > NIGHT_WITHIN:
        text = f"the last night that went through was {in_time(now - ended)} ago; `bbbkeep runs list` shows the others"
        found.fail("night", text, 3)
    else:
        found.add("night", f"the last one went through {in_time(now - ended)} ago")
