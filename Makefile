# Lading · 运安: every target says what it does; `make` alone lists them.
SHELL := /bin/sh
PYTHON ?= python3
BIN := .venv/bin
PY := $(BIN)/python
RUNTIME := .venv/runtime-installed
TOOLS := .venv/tools-installed
CODE := app migrations models services tests workers wsgi.py
LOCK := CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/pip-compile --quiet --strip-extras --allow-unsafe \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options
INSTALL := $(PY) -m pip install --quiet --disable-pip-version-check --no-input

define NEW_REVISION
import os, pathlib
from alembic import command
from migrations import schema
number = len(list(pathlib.Path("migrations/versions").glob("[0-9]*.py"))) + 1
command.revision(schema.config(), os.environ["m"], rev_id=f"{number:04}")
endef
export NEW_REVISION

.DEFAULT_GOAL := help
.PHONY: help run test story unit replay eta-report bench bench-large mutate machines lint types contracts test-pg setup migrate revision lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(RUNTIME) ## everything on this machine: web, relay, worker, broker; Ctrl-C stops it
	@$(PY) -m workers.local

test: lint types contracts ## everything CI runs: format, lint, types, contracts, tests
	@$(PY) -m pytest -q -n 2 --dist worksteal

story: $(TOOLS) ## the long walk from booking to acceptance, told in order
	@$(PY) -m pytest -q tests/story

unit: $(TOOLS) ## the tests alone; T=path for a part
	@$(PY) -m pytest -q $(or $(T),tests)

replay: $(RUNTIME) ## FILE=… real bookings through the product
	@$(if $(FILE),,echo "Name the file: make replay FILE=bookings.csv" >&2; exit 2)
	@$(PY) -m workers.replay $(FILE)

eta-report: $(RUNTIME) ## LEGS=… [CORRIDORS=…] how good the learnt arrival time is on real legs
	@$(if $(LEGS),,echo "Name the file: make eta-report LEGS=legs.csv [CORRIDORS=corridors.csv]" >&2; exit 2)
	@$(PY) -m workers.eta_report $(LEGS) $(CORRIDORS)

bench: $(TOOLS) ## ratios against their floors, as JSON lines
	@$(PY) -m tests.bench

bench-large: $(TOOLS) ## what must stay flat, at ten million rows; needs 10 GB and some minutes
	@$(PY) -m tests.bench --large

mutate: $(TOOLS) ## which small changes of the money rules no test would see
	@$(PY) -m tests.mutation

machines: $(TOOLS) ## [RUNS=220] long random walks through accidents and payroll, with what they reached
	@LADING_CAMPAIGN=1 LADING_MACHINE_RUNS=$(or $(RUNS),220) $(PY) -m pytest -q -s \
		tests/usecases/test_accident_machine.py tests/usecases/test_payroll_machine.py

lint: $(TOOLS) ## format and lint
	@$(BIN)/ruff format --check --quiet $(CODE)
	@$(BIN)/ruff check --quiet $(CODE)

types: $(TOOLS) ## static types
	@$(BIN)/mypy

contracts: $(TOOLS) ## who may import whom
	@$(BIN)/lint-imports --no-logo

test-pg: $(TOOLS) ## the tests that need PostgreSQL, and nothing else (TEST_DATABASE_URL)
	@$(PY) -m pytest -q -m postgres

setup: $(RUNTIME) $(TOOLS) ## .venv with the pinned libraries and tools

migrate: $(RUNTIME) ## bring the database to this program's schema
	@$(BIN)/flask --app wsgi migrate

revision: $(RUNTIME) ## m="…" a new, empty migration after the newest
	@$(if $(m),,echo 'Say what it changes: make revision m="add …"' >&2; exit 2)
	@m="$(m)" $(PY) -c "$$NEW_REVISION"

lock: $(TOOLS) ## requirements*.txt from pyproject.toml
	@$(LOCK) --output-file requirements.txt pyproject.toml
	@$(PY) -c "import tomllib; print(*tomllib.load(open('pyproject.toml', 'rb'))['dependency-groups']['dev'], sep='\n')" \
		| $(LOCK) --no-annotate --constraint requirements.txt --output-file requirements-dev.txt -

clean: ## remove what tools left behind; data in instance/ stays
	@rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .schemathesis

$(PY):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
		|| { echo "Lading needs Python 3.11 or newer: install it, or name it with PYTHON=/path/to/python3." >&2; exit 1; }
	@$(PYTHON) -m venv .venv >/dev/null 2>&1 \
		|| { rm -rf .venv; echo "Python cannot make .venv here: install its venv module (Debian: apt-get install python3-venv) and make this folder writable." >&2; exit 1; }

$(RUNTIME): requirements.txt | $(PY)
	@echo "Installing the libraries …"
	@$(INSTALL) -r requirements.txt 2>.venv/pip.log \
		|| { echo "The libraries could not be installed: see .venv/pip.log, mend the connection to the package index, and run this again." >&2; exit 1; }
	@touch $@

$(TOOLS): requirements-dev.txt $(RUNTIME)
	@echo "Installing the tools …"
	@$(INSTALL) -r requirements.txt -r requirements-dev.txt 2>.venv/pip.log \
		|| { echo "The tools could not be installed: see .venv/pip.log, mend the connection to the package index, and run this again." >&2; exit 1; }
	@touch $@
