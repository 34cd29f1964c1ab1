PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PEERS := .venv-bench
MEASURE := $(BIN)/python -m tests.benchmarks.run --peers-python $(PEERS)/bin/python

.PHONY: setup run test lint index bench bench-million format screenshots

setup: $(READY)

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	touch $@

index: setup
	$(BIN)/regioplan build

run: setup
	$(BIN)/regioplan info --quiet || $(BIN)/regioplan build
	$(BIN)/regioplan serve --open

test: setup
	$(BIN)/python -m pytest

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: setup
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

$(PEERS)/.ready: tests/benchmarks/requirements.txt constraints.txt
	$(PYTHON) -m venv $(PEERS)
	$(PEERS)/bin/python -m pip install --quiet --constraint constraints.txt \
		--requirement tests/benchmarks/requirements.txt
	touch $@

bench: setup $(PEERS)/.ready
	$(BIN)/regioplan info --quiet || $(BIN)/regioplan build
	$(MEASURE) --sizes 2000 100000
	$(BIN)/python -m pytest tests/benchmarks --override-ini addopts=-sq

bench-million: setup $(PEERS)/.ready
	$(BIN)/regioplan info --quiet || $(BIN)/regioplan build
	$(MEASURE) --sizes 2000 100000 1000000

screenshots: setup
	$(BIN)/python -m tests.browser.screenshots
