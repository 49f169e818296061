# Each target does everything from a clone: it finds a Python, makes .venv, installs, and runs.

PYTHON ?=
ARGS ?=
# One process for each core; WORKERS=0 runs the tests in one, as a debugger needs it.
WORKERS ?= auto
VENV := .venv
PY := $(VENV)/bin/python
INSTALLED := $(VENV)/.installed

# Nothing that is started here reports to anybody.
export DO_NOT_TRACK := 1
export PREFECT_SERVER_ANALYTICS_ENABLED := false
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# The tests start many processes, each of which would compile bbbkeep anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help install demo test test-long test-all contract compatibility test-bbblb lint format bench clean
.DEFAULT_GOAL := help

help:
	@echo "make demo      try everything on a local server, offline"
	@echo "make test      the tests, in a few minutes"
	@echo "make test-long the suites that take longer or need PostgreSQL, ffmpeg or a browser"
	@echo "make test-all  both"
	@echo "make contract  the promises on your own server: BBB_TEST_URL, BBB_TEST_SECRET"
	@echo "make test-bbblb  the same on BBBLB, installed apart"
	@echo "make compatibility  write docs/compatibility.md anew"
	@echo "make lint      ruff and mypy"
	@echo "make format    let ruff format the code"
	@echo "make bench     measurements against peers"
	@echo "make clean     remove .venv and whatever was made"
	@echo "PYTHON=/path/to/python chooses the Python of a new .venv; ARGS='...' is passed on"

install: $(INSTALLED)

$(INSTALLED): pyproject.toml constraints.txt bbbkeep/__init__.py .ci/make-venv
	@.ci/make-venv "$(VENV)" "$(PYTHON)"
	@echo "Installing bbbkeep into $(VENV) (a minute or two, only once)"
	@$(PY) -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	@touch $@

demo: $(INSTALLED)
	@$(PY) -m bbbkeep demo $(ARGS)

# In the tree's order: xdist's own leaves files of few and long tests for the end, when one core waits for the other.
test: $(INSTALLED)
	$(PY) -m pytest -m "not long and not services" --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder $(ARGS)

# pytest exits with 5 where no test carries a marker.
test-long: $(INSTALLED)
	$(PY) -m pytest -m "long or services" $(ARGS) || [ $$? -eq 5 ]

test-all: $(INSTALLED)
	$(PY) -m pytest $(ARGS)

contract: $(INSTALLED)
	$(PY) -m pytest tests/contract/test_real_server.py -rP $(ARGS)

# BBBLB needs Python 3.13: PYTHON313=/path/to/python3.13 names one.
test-bbblb: $(INSTALLED)
	@.ci/test-bbblb $(ARGS)

compatibility: $(INSTALLED)
	PYTHONPATH=tests $(PY) -m contract.compatibility

lint: $(INSTALLED)
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy

format: $(INSTALLED)
	$(PY) -m ruff format .

bench: $(INSTALLED)
	@if [ -f benchmarks/__main__.py ]; then $(PY) -m benchmarks $(ARGS); \
	else echo "make bench: benchmarks/ holds no measurement yet, nothing was run"; fi

clean:
	rm -rf $(VENV) .bbblb .demo build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
