"""What holds for every flow and every task, whatever it does: nothing is tried twice, cached or kept by Prefect."""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from prefect import Flow, Task
from prefect.cache_policies import NO_CACHE
from prefect.task_runners import ThreadPoolTaskRunner

ROOT = Path(__file__).parents[2]


def members(folder: str, kind: type) -> list[object]:
    return list(_members(folder, kind))


def _members(folder: str, kind: type) -> Iterator[object]:
    for path in sorted((ROOT / folder).glob("[!_]*.py")):
        module = import_module(f"{folder}.{path.stem}")
        for name, value in vars(module).items():
            if isinstance(value, kind) and value.fn.__module__ == module.__name__:
                yield pytest.param(value, id=f"{path.stem}.{name}")


@pytest.mark.parametrize("flow", members("flows", Flow))
def test_a_flow_runs_once_with_two_threads_and_keeps_no_result(flow: Flow) -> None:
    assert (flow.retries, flow.persist_result, flow.log_prints) == (0, False, None)
    assert isinstance(flow.task_runner, ThreadPoolTaskRunner)
    assert flow.task_runner._max_workers == 2


@pytest.mark.parametrize("task", members("tasks", Task))
def test_a_task_runs_once_and_keeps_no_result(task: Task) -> None:
    assert (task.retries, task.persist_result, task.cache_policy) == (0, False, NO_CACHE)
    assert task.cache_key_fn is None
    assert not task.timeout_seconds


def test_there_are_seven_flows() -> None:
    assert len(members("flows", Flow)) == 7
