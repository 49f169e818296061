"""The house keeps its shape: arrows point one way, decisions stay pure, `--help` is instant."""

import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import packages_distributions
from pathlib import Path

import house_rules
import pytest

ROOT = Path(__file__).parents[1]
HEAVY = {
    "fastapi",
    "jinja2",
    "lxml",
    "numpy",
    "pandas",
    "prefect",
    "pydantic",
    "pysubs2",
    "requests",
    "rich",
    "sqlalchemy",
    "starlette",
    "uvicorn",
}
RULES = {
    "imports point from cli over flows and tasks to the core": house_rules.upward_imports,
    "the stand-in shares no code with what it tests": house_rules.stand_in_entanglements,
    "decisions have no effects": house_rules.impure_imports,
    "plans know no action by name": house_rules.actions_known_by_name,
    "only clock.py tells the time": house_rules.clock_reads,
    "only settings.py reads the environment": house_rules.environment_reads,
}


@pytest.mark.parametrize("rule", [pytest.param(rule, id=claim) for claim, rule in RULES.items()])
def test_the_house_keeps(rule: Callable[[Path], list[str]]) -> None:
    assert rule(ROOT) == []


def a_house(root: Path, files: dict[str, str]) -> Path:
    """Write files named like `bbbkeep/api/client` below *root*, beside one action."""
    for name, text in {"bbbkeep/plans/actions/delete": "", **files}.items():
        path = root / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


IN_A_FUNCTION = "def command():\n    import {}\n"

BREACHES = [
    pytest.param(
        house_rules.upward_imports, "bbbkeep/api/x", "import prefect", id="the core imports Prefect"
    ),
    pytest.param(
        house_rules.upward_imports,
        "bbbkeep/api/x",
        IN_A_FUNCTION.format("flows.nightly"),
        id="the core imports a flow lazily",
    ),
    pytest.param(
        house_rules.upward_imports,
        "bbbkeep/x",
        "from importlib import import_module\nimport_module('tasks.sweep')",
        id="the core imports a task by its name",
    ),
    pytest.param(
        house_rules.upward_imports,
        "bbbkeep/x",
        "from importlib import import_module\nimport_module(f'flows.{name}')",
        id="the core imports a flow by a built name",
    ),
    pytest.param(
        house_rules.upward_imports,
        "bbbkeep/cli/x",
        "from flows.nightly import nightly",
        id="cli imports a flow at once",
    ),
    pytest.param(
        house_rules.upward_imports,
        "bbbkeep/cli/x",
        IN_A_FUNCTION.format("tasks.sweep"),
        id="cli passes over the flows",
    ),
    pytest.param(house_rules.upward_imports, "tasks/x", "import flows.nightly", id="a task imports a flow"),
    pytest.param(
        house_rules.upward_imports, "flows/x", "from bbbkeep.cli.app import run", id="a flow imports the cli"
    ),
    pytest.param(
        house_rules.upward_imports,
        "bbbkeep/api/x",
        "from .. import cli",
        id="the core imports the cli relatively",
    ),
    pytest.param(
        house_rules.upward_imports,
        "bbbkeep/x",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import flows",
        id="the core imports a flow for a type",
    ),
    pytest.param(
        house_rules.stand_in_entanglements,
        "bbbkeep/standin/x",
        "from bbbkeep import api",
        id="the stand-in uses the client",
    ),
    pytest.param(
        house_rules.stand_in_entanglements,
        "bbbkeep/operations/x",
        "import bbbkeep.standin.app",
        id="the core uses the stand-in",
    ),
    pytest.param(
        house_rules.impure_imports,
        "bbbkeep/retention/x",
        "import sqlalchemy.exc",
        id="retention uses the database",
    ),
    pytest.param(
        house_rules.impure_imports,
        "bbbkeep/captions/x",
        "from requests import get",
        id="captions use the network",
    ),
    pytest.param(house_rules.impure_imports, "bbbkeep/model", "import time", id="the model has a clock"),
    pytest.param(
        house_rules.impure_imports,
        "bbbkeep/metadata/x",
        "from bbbkeep.ledger import runs",
        id="metadata use the ledger",
    ),
    pytest.param(
        house_rules.actions_known_by_name,
        "bbbkeep/plans/x",
        "from bbbkeep.plans.actions import delete",
        id="plans know an action",
    ),
    pytest.param(
        house_rules.clock_reads,
        "bbbkeep/api/x",
        "import datetime as d\nd.datetime.now(d.UTC)",
        id="now under an alias",
    ),
    pytest.param(
        house_rules.clock_reads,
        "flows/x",
        "from datetime import datetime\nread = datetime.now",
        id="now without a call",
    ),
    pytest.param(
        house_rules.clock_reads,
        "bbbkeep/plans/x",
        "from time import sleep as wait\nwait(1)",
        id="a renamed sleep",
    ),
    pytest.param(
        house_rules.clock_reads, "bbbkeep/standin/x", "import time\ntime.sleep(1)", id="the stand-in blocks"
    ),
    pytest.param(
        house_rules.environment_reads, "bbbkeep/api/x", "import os\nos.environ['BBB_URL']", id="os.environ"
    ),
    pytest.param(
        house_rules.environment_reads, "tasks/x", "from os import getenv\ngetenv('BBB_URL')", id="getenv"
    ),
    pytest.param(
        house_rules.environment_reads,
        "bbbkeep/cli/x",
        "click.option('--state-dir', envvar='X')",
        id="click's envvar",
    ),
]


@pytest.mark.parametrize(("rule", "file", "text"), BREACHES)
def test_a_breach_is_found(rule: Callable[[Path], list[str]], file: str, text: str, tmp_path: Path) -> None:
    house = a_house(tmp_path, {file: text})

    assert rule(house)


ALLOWED = [
    pytest.param("bbbkeep/cli/x", IN_A_FUNCTION.format("flows.nightly"), id="cli imports a flow lazily"),
    pytest.param("bbbkeep/__main__", "from bbbkeep.cli import main", id="__main__ imports the cli"),
    pytest.param(
        "flows/x",
        "import prefect\nfrom tasks.sweep import sweep\nimport bbbkeep.api.client",
        id="a flow looks down",
    ),
    pytest.param("tasks/x", "from bbbkeep.operations import inventory", id="a task imports an operation"),
    pytest.param("bbbkeep/cli/standin", "from bbbkeep.standin import server", id="cli starts the stand-in"),
    pytest.param(
        "bbbkeep/standin/x", "import asyncio\nasyncio.sleep(1)", id="the stand-in is slow on purpose"
    ),
    pytest.param("bbbkeep/clock", "import time\ntime.sleep(1)", id="the clock sleeps"),
    pytest.param("bbbkeep/settings", "import os\nos.environ", id="settings read the environment"),
    pytest.param(
        "bbbkeep/retention/x", "from datetime import time, timedelta", id="retention knows the type time"
    ),
    pytest.param(
        "bbbkeep/plans/actions/__init__",
        "from bbbkeep.plans.actions import delete",
        id="the dict of actions",
    ),
]


@pytest.mark.parametrize(("file", "text"), ALLOWED)
@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.__name__)
def test_what_is_allowed_is_no_breach(
    rule: Callable[[Path], list[str]], file: str, text: str, tmp_path: Path
) -> None:
    house = a_house(tmp_path, {file: text})

    assert rule(house) == []


HELP = """
import sys
from bbbkeep.cli import main

sys.argv = ["bbbkeep", "--help"]
try:
    main()
finally:
    print("loaded:", *sorted({name.partition(".")[0] for name in sys.modules}))
"""


def test_help_loads_no_heavy_library() -> None:
    ran = subprocess.run([sys.executable, "-c", HELP], capture_output=True, text=True, check=True, cwd=ROOT)  # noqa: S603  # our own text

    text, _, loaded = ran.stdout.partition("loaded:")
    assert "Usage: bbbkeep" in text
    assert "click" in loaded.split()
    assert not set(loaded.split()) & HEAVY


def shadowing(root: Path, taken: set[str]) -> list[str]:
    """List files of flows/ and tasks/ that would hide one of the modules *taken*, were their folder on sys.path."""
    files = [
        path for folder in ("flows", "tasks") for path in (root / folder).iterdir() if path.stem != "__init__"
    ]
    return [
        str(path.relative_to(root)) for path in files if path.stem in taken and path.name != "__pycache__"
    ]


def test_no_flow_or_task_shadows_a_package() -> None:
    taken = {*sys.stdlib_module_names, *packages_distributions()} - {"flows", "tasks", "__pycache__"}

    assert shadowing(ROOT, taken) == []


def test_a_shadow_is_found(tmp_path: Path) -> None:
    house = a_house(tmp_path, {"flows/nightly": "", "flows/requests": "", "tasks/queue": ""})

    assert shadowing(house, {*sys.stdlib_module_names, "requests"}) == ["flows/requests.py", "tasks/queue.py"]
