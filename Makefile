# `make run` and `make test` are all a newcomer needs; both begin with `make install`.
# Needs: Python >= 3.11 with venv, and make.

PYTHON ?= python3
PORT ?= 8501
BIN := .venv/bin
STAMP := .venv/.installed
WORKERS ?= 3

.DEFAULT_GOAL := help
.PHONY: help install run test lint format words leaks change-under-load test-spark bench clean

help: ## say what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-17s %s\n", $$1, $$2}'

install: $(STAMP) ## the virtual environment in .venv, with every package at its tested version

# The stamp is newer than what decides the installation, so a second call does nothing.
$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; set PYTHON=python3.x")'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing packages into .venv (the first time takes a minute or two) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $(STAMP)

run: install ## the demo insurer: database, snapshot, dashboard
	@$(BIN)/dashboard demo --unless-fresh
	@$(BIN)/dashboard refresh --without-forecast
	@$(BIN)/dashboard serve --port $(PORT) --forecast

test: install ## the whole test suite
	@$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadscope

lint: install ## ruff, formatting, types, SQL style, import contracts
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/sqlfluff lint --disable-progress-bar queries
	@$(BIN)/lint-imports

format: install ## put code into the house format
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

words: install ## bring the catalogues up to date with the code
	@$(BIN)/python -m tests.catalogue

leaks: install ## five people of different roles in real browsers, 200 changes of what they select
	@FIVE_VIEWERS_PASSES=40 $(BIN)/python -m pytest --numprocesses 0 tests/browser/test_five_viewers.py

change-under-load: install ## two minutes of a database that changes while it is refreshed and read
	@CHANGE_UNDER_LOAD_SECONDS=120 $(BIN)/python -m pytest --numprocesses 0 -s tests/intake/test_change_under_load.py

test-spark: ## Spark's Thrift server on a cluster of two workers; needs Java 17
	@$(PYTHON) -m venv .venv-spark
	@echo "Installing packages into .venv-spark (pyspark alone has 450 MB) ..."
	@.venv-spark/bin/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt \
		--editable '.[dev,spark-test]'
	@.venv-spark/bin/python -m pytest --numprocesses 0 -s tests/spark

bench: install ## measure against the budgets: an hour; prints a table and puts it into README.md
	@mkdir -p var
	@$(BIN)/python -m tests.bench --json var/bench.json
	@$(BIN)/python -m tests.bench.readme README.md var/bench.json

clean: ## remove the environment and the demo's data
	@rm -rf .venv .venv-spark var
