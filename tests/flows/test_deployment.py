"""Prefect's server takes prefect.yaml, and its schedule yields runs: some releases say nothing and yield none."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.filters import FlowRunFilter
from prefect.server.services.scheduler import schedule_deployments

pytestmark = pytest.mark.prefect

ROOT = Path(__file__).parents[2]


async def create_work_pool() -> None:
    async with get_client() as client:
        await client.create_work_pool(WorkPoolCreate(name="bbbkeep", type="process"))


def deploy_all(api_url: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "prefect", "--no-prompt", "deploy", "--all"],
        cwd=ROOT,
        env={**os.environ, "PREFECT_API_URL": api_url},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr


async def scheduled() -> tuple[dict[str, set[str]], list[object]]:
    """Run Prefect's own scheduler once; return the times of day (UTC) of each deployment's runs, and all pull steps."""
    await schedule_deployments()
    async with get_client() as client:
        deployments = await client.read_deployments()
        names = {one.id: one.name for one in deployments}
        waiting = FlowRunFilter.model_validate({"state": {"type": {"any_": ["SCHEDULED"]}}})
        runs = await client.read_flow_runs(flow_run_filter=waiting)
    found: dict[str, set[str]] = {name: set() for name in names.values()}
    for run in runs:
        found[names[run.deployment_id]].add(f"{run.expected_start_time:%H:%M}")
    return found, [step for one in deployments for step in one.pull_steps or []]


def test_the_night_and_its_watch_are_scheduled_and_nothing_else(prefect_server: str) -> None:
    asyncio.run(create_work_pool())
    deploy_all(prefect_server)

    times, pulled = asyncio.run(scheduled())

    deployed = yaml.safe_load((ROOT / "prefect.yaml").read_text(encoding="utf-8"))["deployments"]
    daily = {"nightly": {"03:17"}, "watch": {"11:43"}}
    assert times == {one["name"]: daily.get(one["name"], set()) for one in deployed}
    assert pulled == [], "a deployment must not depend on the folder it was made in"
