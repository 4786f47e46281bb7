# Everything a contributor does, from a bare Python 3.11 or newer with venv and pip. `make help` lists it.

PYTHON ?= python3
ENV := .venv
BIN := $(ENV)/bin
READY := $(ENV)/.ready
PACKAGES := postroom providers store sync tui simulator

.DEFAULT_GOAL := help
.PHONY: help demo test check lint types imports bench requests coverage faults snapshots screenshots lock audit sbom clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# The environment is made once, and again when a locked requirement changed. Each file is checked against its hash.
$(READY): requirements/dev.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Postroom needs Python 3.11 or newer: make PYTHON=python3.11")'
	$(PYTHON) -m venv $(ENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/dev.txt
	@touch $@

demo: $(READY) ## the real program on three simulated providers
	$(BIN)/python -m postroom demo

test: $(READY) ## the tests
	$(BIN)/python -m pytest -n auto

check: test lint types imports ## what CI runs: the tests, then style, types and layers

lint: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(READY)
	$(BIN)/mypy

imports: $(READY)
	$(BIN)/lint-imports

bench: $(READY) ## measure what the budgets speak of
	$(BIN)/python -m benchmarks.start
	$(BIN)/python -m benchmarks.costs

requests: $(READY) ## count the requests that a sync takes, beside the fewest possible: SIZES=1000,26000
	$(BIN)/python -m benchmarks.requests $(if $(SIZES),--sizes $(SIZES))

coverage: $(READY) ## run the tests and say which branches none of them took
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -n auto -q
	$(BIN)/coverage combine -q
	$(BIN)/coverage report

faults: $(READY) ## provoke every fault of the matrix, whole, and print what was found: ROWS="cr02 or hf01" for a part
	$(BIN)/python -m tests.faults --write $(if $(ROWS),"$(ROWS)")

snapshots: $(READY) ## draw the screen snapshots anew; review the difference before committing it
	$(BIN)/python -m pytest tests/tui --snapshot-update

screenshots: $(READY) ## take the README's pictures anew
	$(BIN)/python -m tests.pictures

lock: $(READY) ## lock the requirements anew, with hashes and without the name of any registry
	$(BIN)/python requirements/lock.py

audit: $(READY) ## look for known weaknesses in what is locked (needs the network)
	$(BIN)/python requirements/audit.py

sbom: $(READY) ## write dist/sbom.json: what an installed Postroom is made of, as CycloneDX
	$(BIN)/python requirements/sbom.py

clean: ## remove what the other targets made
	rm -rf $(ENV) dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis snapshot_report.html
