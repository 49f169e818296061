"""What is installed is what was written: one version, one script, help for every command, and fitting pins."""

import subprocess
import sys
import tomllib
from importlib.metadata import entry_points, version
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from packaging.requirements import Requirement

import bbbkeep
from bbbkeep.cli.app import COMMANDS, cli

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PYTHONS = ("3.11", "3.12", "3.13")


def test_the_installed_version_is_the_one_in_the_source() -> None:
    assert version("bbbkeep") == bbbkeep.__version__


def test_the_console_script_starts_the_command_line() -> None:
    [script] = entry_points(group="console_scripts", name="bbbkeep")

    assert script.load() is bbbkeep.cli.main


def test_python_m_bbbkeep_prints_the_version() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "bbbkeep", "version"],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT.parent,
    )

    assert ran.stdout == f"{bbbkeep.__version__}\n"
    assert ran.stderr == ""


def test_the_licence_is_the_one_declared() -> None:
    assert PROJECT["license"] == "Apache-2.0"
    assert "Apache License\n                           Version 2.0" in (ROOT / "LICENSE").read_text(
        encoding="utf-8"
    )


def command_paths(command: click.Command, path: tuple[str, ...]) -> list[tuple[str, ...]]:
    """List the words that lead to *command* and to each command below it."""
    below = command.commands.items() if isinstance(command, click.Group) else ()
    return [path, *(found for name, child in below for found in command_paths(child, (*path, name)))]


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_explains_itself(name: str) -> None:
    command = cli.get_command(click.Context(cli), name)
    assert command is not None

    for path in command_paths(command, (name,)):
        shown = CliRunner().invoke(cli, [*path, "--help"])
        assert shown.exit_code == 0, path
        usage, _, text = shown.output.partition("\n\n")
        assert usage.startswith("Usage:"), path
        assert text.strip().partition("\n")[0] != "Options:", f"{path} has no description"


def pins_on(python: str) -> dict[str, Requirement]:
    """Map each name to its pin on one version of Python; two pins for one name are an error."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [Requirement(line) for line in lines if line and not line.startswith("#")]
    there = [pin for pin in pins if pin.marker is None or pin.marker.evaluate({"python_version": python})]
    assert len({pin.name for pin in there}) == len(there)
    return {pin.name: pin for pin in there}


def canonical(name: str) -> str:
    return name.lower().replace("_", "-")


WANTED = [
    *PROJECT["dependencies"],
    *(one for extra in PROJECT["optional-dependencies"].values() for one in extra),
]


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("wanted", WANTED)
def test_a_pinned_version_is_one_that_the_project_accepts(wanted: str, python: str) -> None:
    requirement = Requirement(wanted)
    if requirement.marker is not None and not requirement.marker.evaluate(
        {"python_version": python, "extra": ""}
    ):
        return

    [pin] = pins_on(python)[canonical(requirement.name)].specifier
    assert pin.operator == "=="
    assert requirement.specifier.contains(pin.version)


def test_every_supported_python_has_its_pins() -> None:
    supported = Requirement(f"python{PROJECT['requires-python']}").specifier

    assert [python for python in ("3.10", *PYTHONS, "3.14") if supported.contains(python)] == list(PYTHONS)
