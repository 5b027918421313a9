# Folio. `make help` tells what there is.
.DEFAULT_GOAL := help
SHELL := /bin/bash

VENV := .venv
READY := $(VENV)/.ready
BIN := $(VENV)/bin

# Where the demo keeps its data and what it listens on; RESET=1 starts it afresh.
FOLIO_DATA ?= .data/demo
FOLIO_SERVER_PORT ?= 8000
FOLIO_APP_PORT ?= 8550
RESET ?=
export FOLIO_DATA FOLIO_SERVER_PORT FOLIO_APP_PORT RESET

.PHONY: help setup demo quick one test soak lint format words bench snapshots requirements

help: ## What there is
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(READY) ## A .venv with everything pinned and checked by hash

$(READY): requirements/dev.txt pyproject.toml requirements/venv.sh
	@requirements/venv.sh $(VENV)
	@touch $@

demo: setup ## The office and a tablet on this machine, with people, assets and tickets
	@PYTHONPATH=. $(BIN)/folio demo

quick: lint ## While you work: lint and the fast tests, in some two minutes
	@$(BIN)/pytest -q -n 2 -m "not slow and not browser and not postgres" $(PYTEST)

one: setup ## Exactly one test (T=tests/shared/test_merge.py::test_nothing_written_is_lost)
	@[ -n "$$T" ] || { echo "Which one? make one T=tests/shared/test_merge.py::test_nothing_written_is_lost" >&2; exit 2; }
	@case "$$T" in \
	  *tests/browser/*) tests/provide.sh browser ;; \
	  *tests/independent/*) tests/provide.sh tus ;; \
	  *report*|*seal*) tests/provide.sh judges ;; \
	esac
	@$(BIN)/pytest -v -n 0 "$$T" $(PYTEST)

test: setup ## Every test, the ones in a real browser too
	@tests/provide.sh
	@$(BIN)/pytest -n 2 $(PYTEST)

# What `make soak` runs: all of it, the histories alone where a seed is named, or what ONLY says.
SOAK = $(or $(ONLY),$(if $(SEED),histories,photos hostile records fuzz cuts robot histories))

soak: setup ## Hostile photos and records, any record printed, the typing robot, then simulated months until one breaks (SEEDS=100, SEED=7, SEED=1-500, SIZE=small, ONLY=robot, TEXTS=25)
	@$(if $(filter photos,$(SOAK)),PYTHONPATH=. $(BIN)/python -m tests.fuzz.photos --count 20000)
	@$(if $(filter hostile,$(SOAK)),PYTHONPATH=. $(BIN)/python -m tests.fuzz.records --count 20000)
	@$(if $(filter records,$(SOAK)),FOLIO_RECORDS=200 $(BIN)/pytest -q --timeout 3600 tests/shared/report/test_any_record.py)
	@$(if $(filter fuzz,$(SOAK)),PYTHONPATH=. $(BIN)/python -m tests.fuzz.doors --seconds $(or $(SECONDS_EACH),60) $(if $(SEED),--seed $(SEED)))
	@$(if $(filter cuts,$(SOAK)),FOLIO_CUTS=1 $(BIN)/pytest -q tests/faults/test_cutting.py)
	@$(if $(filter robot,$(SOAK)),tests/provide.sh browser && PYTHONPATH=. $(BIN)/python -m tests.browser.robot \
	  --texts $(or $(TEXTS),25) $(if $(SEED),--seed $(SEED)))
	@$(if $(filter histories,$(SOAK)),PYTHONPATH=. $(BIN)/python -W ignore -m tests.simulation \
	  $(if $(SEED),--seed $(SEED)) $(if $(SEEDS),--seeds $(SEEDS)) $(if $(SIZE),--size $(SIZE)))

lint: setup ## Style, types, arrows between the rooms, dependencies
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/deptry .

format: setup ## Lay the code out as `make lint` wants it
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

words: setup ## Compile shared/words/*/LC_MESSAGES/*.po into a .mo a domain, after an edit
	@PYTHONPATH=. $(BIN)/python -m shared.words
	@git diff --stat -- shared/words

bench: setup ## Times and sizes on this machine; see benchmarks/
	@PYTHONPATH=. $(BIN)/python -m benchmarks

snapshots: setup ## Write tests/snapshots anew, to be read in the diff
	@UPDATE_SNAPSHOTS=1 $(BIN)/pytest -q -m snapshot
	@git diff --stat -- tests docs

requirements: setup ## Pin the dependencies again (UPGRADE=1: the newest ones)
	@requirements/compile.sh $(if $(UPGRADE),--upgrade)
