"""What policies would do is told by count, size, owner and rule, by when; the owners are named up to a bound."""

from dataclasses import replace
from pathlib import Path

import pytest
from operations.keeping import DELETE_AFTER_A_YEAR, a_recording, sweep

from bbbkeep.operations import what_if as asked
from bbbkeep.operations.what_if import forecast_document, what_if
from bbbkeep.retention.load import loads_policy
from bbbkeep.settings_values import OwnerSettings

STRICTER = DELETE_AFTER_A_YEAR.replace("365d", "300d")


@pytest.fixture
def owned(server, site):
    """A site of whose recordings the owners are known: two of Ada's, one of Bob's, one of nobody's."""
    for number, (owner, days_old) in enumerate([("ada", 400), ("ada", 340), ("bob", 400), ("", 400)], 1):
        server.state.add(a_recording(number, days_old=days_old, metadata={"owner": owner}))
    sweep(site)
    settings = replace(site.settings, owners=OwnerSettings("owner", "mailto://localhost"))
    return replace(site, settings=settings)


def told(site, **policies):
    loaded = {label: loads_policy(text, Path("policy.yaml")) for label, text in policies.items()}
    now = site.clock.now()
    return {
        one["policy"]: one for one in forecast_document(site, what_if(site, loaded, at=now), now)["policies"]
    }


def test_owners_are_counted_and_named_with_how_many_of_theirs_go(owned):
    now, *_, later = told(owned, one=DELETE_AFTER_A_YEAR)["one"]["by"]

    assert (now["count"], now["owners"], later["count"]) == (3, 2, 4)
    assert now["owners_most_hit"] == [{"owner": "ada", "count": 1}, {"owner": "bob", "count": 1}]
    assert later["owners_most_hit"][0] == {"owner": "ada", "count": 2}


def test_all_owners_are_counted_and_only_so_many_named(owned, monkeypatch):
    monkeypatch.setattr(asked, "OWNERS_NAMED", 1)

    later = told(owned, one=DELETE_AFTER_A_YEAR)["one"]["by"][-1]

    assert (later["owners"], [one["owner"] for one in later["owners_most_hit"]]) == (2, ["ada"])


def test_each_policy_says_what_only_it_does_and_by_which_rule(owned):
    found = told(owned, lax=DELETE_AFTER_A_YEAR, strict=STRICTER)

    assert [by["only_here"] for by in found["strict"]["by"]] == [1, 1, 0, 0]
    assert [by["only_here"] for by in found["lax"]["by"]] == [0, 0, 0, 0]
    [rule] = found["lax"]["rules"]
    assert (rule["rule"], rule["action"]) == ("old", "delete")
    assert [(by["days"], by["count"]) for by in rule["by"]] == [(0, 3), (7, 3), (30, 4), (90, 4)]
