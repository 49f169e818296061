"""Read a retention policy, or say at which line and column it can't be obeyed."""

from collections.abc import Iterable
from pathlib import Path
from zoneinfo import ZoneInfo

from bbbkeep.errors import PolicyError
from bbbkeep.retention.action_words import read_action
from bbbkeep.retention.combining import leaves_out
from bbbkeep.retention.facts import collapsed
from bbbkeep.retention.grammar import condition
from bbbkeep.retention.grammar_texts import metadata_key
from bbbkeep.retention.hold_files import read_holds
from bbbkeep.retention.load_parts import context_of, keep_of, protection_of, unique_name
from bbbkeep.retention.policy import HOLD_KEY, MODES, GuardLimits, Mode, Policy, Rule
from bbbkeep.retention.sections import MAX_COUNT, MAX_RULES, SECTIONS
from bbbkeep.retention.words import Context
from bbbkeep.strict_yaml import Document, Value, load, loads, shown


def load_policy(path: Path) -> Policy:
    """Read and check the policy file at *path*, and that its lists of holds are whole.

    Raises:
        PolicyError: it can't be obeyed as written; names the place and the remedy.
        HoldListError: a list of holds is missing, unreadable or not whole.
    """
    policy = _policy(load(path, PolicyError))
    read_holds(policy.hold_files)
    return policy


def loads_policy(text: str, path: Path) -> Policy:
    """Read a policy from *text*; *path* only names it in errors."""
    return _policy(loads(text, path, PolicyError))


def _policy(document: Document) -> Policy:
    root = document.root.only(*SECTIONS)
    context = context_of(root, _zone(root.get("timezone")))
    names: set[str] = set()
    protections = tuple(protection_of(item, context, names) for item in _some(root.get("protect")))
    keeps = tuple(keep_of(item, context, names) for item in _some(root.get("keep")))
    rules = [_rule(item, context, names) for item in _some(root.need("rules"))]
    hold_key = _hold_key(root.get("hold"))
    _leave_holds_alone(rules, hold_key)
    return Policy(
        mode=_mode(root.need("mode")),
        zone=context.zone,
        hold_key=hold_key,
        hold_files=_hold_files(root.get("hold"), document.path.parent),
        guards=_guards(root.get("guards")),
        protections=protections,
        keeps=keeps,
        rules=tuple(rule for rule in rules if rule.action != "set"),
        edits=tuple(rule for rule in rules if rule.action == "set"),
        context=context,
    )


def _mode(value: Value) -> Mode:
    return "act" if value.choice(*MODES) == "act" else "report"


def _zone(value: Value | None) -> ZoneInfo:
    if value is None:
        return ZoneInfo("UTC")
    name = value.text()
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        raise value.fail(f"no time zone {shown(name)}", "write a name like Europe/Berlin") from None


def _hold_key(value: Value | None) -> str:
    key = value.only("metadata", "files").get("metadata") if value else None
    return metadata_key(key) if key else HOLD_KEY


def _hold_files(value: Value | None, folder: Path) -> tuple[Path, ...]:
    """Return the lists of holds; a relative path counts from the policy's folder."""
    files = value.get("files") if value else None
    if files is None:
        return ()
    found = tuple(folder / item.text() for item in _some(files))
    if not found:
        raise files.fail("is empty", "name at least one CSV file, or leave `files` out")
    return found


def _guards(value: Value | None) -> GuardLimits:
    if value is None:
        return GuardLimits()
    value.only("max_deletes", "max_unpublishes", "max_share_percent", "reason")
    deletes, unpublishes = value.get("max_deletes"), value.get("max_unpublishes")
    share, reason = value.get("max_share_percent"), value.get("reason")
    limits = GuardLimits(
        max_deletes=deletes.whole(0, MAX_COUNT) if deletes else None,
        max_unpublishes=unpublishes.whole(0, MAX_COUNT) if unpublishes else None,
        max_share_percent=share.number(0, 100) if share else None,
        reason=collapsed(reason.text()) if reason else "",
    )
    if limits.loosened and not limits.reason:
        raise value.fail(f"{', '.join(limits.loosened)} looser than the default", "add `reason:` and say why")
    return limits


def _some(value: Value | None) -> list[Value]:
    if value is None:
        return []
    items = value.items()
    if len(items) > MAX_RULES:
        raise value.fail(f"holds {len(items)} entries, more than {MAX_RULES}")
    return items


def _rule(value: Value, context: Context, names: set[str]) -> Rule:
    value.only("name", "action", "when", "allow_unbounded", "accept_leftovers")
    unbounded, leftovers = value.get("allow_unbounded"), value.get("accept_leftovers")
    asked = read_action(value.need("action"))
    rule = Rule(
        name=unique_name(value.need("name"), names),
        action=asked.action,
        when=condition(value.need("when"), context),
        allow_unbounded=collapsed(unbounded.text()) if unbounded else "",
        grace=asked.grace,
        accept_leftovers=collapsed(leftovers.text()) if leftovers else "",
        sets=asked.sets,
        place=value.place,
    )
    if leftovers and not rule.grace:
        raise leftovers.fail("only rules that unpublish and then delete ask for it", "leave it out")
    if rule.action != "set" and not rule.when.bounds_age(met=True) and not rule.allow_unbounded:
        problem = f"rule {rule.name} would {rule.action} recordings of any age"
        raise value.need("when").fail(problem, "add an `age`, or `allow_unbounded:` with the reason")
    if rule.grace and leaves_out(rule.when, "unpublished"):
        problem = f"rule {rule.name} never matches an unpublished recording, so it would never delete"
        raise value.need("when").fail(problem, "write `state: [published, unpublished]`, or no `state`")
    return rule


def _leave_holds_alone(rules: Iterable[Rule], hold_key: str) -> None:
    for rule in rules:
        if any(key == hold_key for key, _ in rule.sets):
            problem = f"rule {rule.name} sets {hold_key}, and could lift holds that people made"
            raise rule.error(problem, "write a `protect` instead, or use a metadata sheet")
