"""The configuration's digest changes with what decides on writes, and with nothing else."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from bbbkeep.settings import ServerSettings, Settings
from bbbkeep.settings_digest import configuration_digest
from bbbkeep.settings_values import (
    Caps,
    CaptionSettings,
    GuardSettings,
    LedgerSettings,
    NoticeSettings,
    OwnerSettings,
    Secret,
)

SERVER = ServerSettings("campus", "https://bbb.example.org/bigbluebutton/api", "secret")
OWNERS = OwnerSettings("owner", Secret("mailto://password"))
SETTINGS = Settings("a test", Path("/state"), {"campus": SERVER}, owners=OWNERS)
BEFORE = configuration_digest(SETTINGS, SERVER)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"url": "https://other.example.org/bigbluebutton/api"}, id="another server"),
        pytest.param({"profile": "scalelite"}, id="another kind of server"),
        pytest.param({"lang_map": {"de-CH": "de"}}, id="a language is sent as another"),
    ],
)
def test_what_decides_on_a_servers_writes_changes_it(change: dict[str, object]) -> None:
    assert configuration_digest(SETTINGS, replace(SERVER, **change)) != BEFORE


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"captions": CaptionSettings(kind="subtitles")}, id="the kind of track"),
        pytest.param({"captions": CaptionSettings(replace_foreign=True)}, id="whose tracks go"),
        pytest.param({"captions": CaptionSettings(upload_to_unpublished=True)}, id="what takes tracks"),
        pytest.param({"other_ids": re.compile("room-[0-9]+")}, id="which ids are whole"),
        pytest.param({"owners": None}, id="nobody is told"),
        pytest.param({"owners": replace(OWNERS, required=False)}, id="nobody must be told"),
    ],
)
def test_what_decides_on_all_writes_changes_it(change: dict[str, object]) -> None:
    assert configuration_digest(replace(SETTINGS, **change), SERVER) != BEFORE


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"state_dir": Path("/elsewhere"), "origin": "another file"}, id="where things lie"),
        pytest.param({"notices": NoticeSettings((Secret("mailto://x"),))}, id="who is told"),
        pytest.param({"heartbeat_url": Secret("https://beat"), "metrics_file": Path("m")}, id="monitors"),
        pytest.param({"ledger": LedgerSettings("postgresql://db/x", "password")}, id="the ledger's place"),
        pytest.param({"owners": replace(OWNERS, url=Secret("mailto://new"))}, id="a secret of notices"),
        pytest.param({"captions": CaptionSettings(deadline_minutes=5)}, id="how long to wait"),
        pytest.param({"keep_days": 30}, id="how long to keep"),
    ],
)
def test_what_decides_on_no_write_leaves_it(change: dict[str, object]) -> None:
    assert configuration_digest(replace(SETTINGS, **change), SERVER) == BEFORE


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"secret": "another"}, id="the secret"),
        pytest.param({"name": "main"}, id="its label"),
        pytest.param({"sheets_dir": Path("/sheets"), "ca_file": Path("/ca.pem")}, id="local paths"),
        pytest.param({"guards": GuardSettings(delete=Caps(count=1))}, id="guards, which are judged anew"),
    ],
)
def test_what_is_judged_anew_or_said_elsewhere_leaves_it(change: dict[str, object]) -> None:
    assert configuration_digest(SETTINGS, replace(SERVER, **change)) == BEFORE
