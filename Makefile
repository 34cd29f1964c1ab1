PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PEERS := .venv-bench
MEASURE := $(BIN)/python -m tests.benchmarks.run --peers-python $(PEERS)/bin/python

KILLS ?= 200
SEED ?= 0
ROUNDS ?= 20
MINUTES ?= 30

SECONDS ?= 600

.PHONY: setup run test lint index bench bench-million format screenshots reliability soak fuzz

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
	$(BIN)/python -m tests.audit.audit

format: setup
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

reliability: setup  # every run the same kills; SEED=2 gives others
	KILLS=$(KILLS) SEED=$(SEED) ROUNDS=$(ROUNDS) $(BIN)/python -m pytest tests/reliability -s

soak: setup
	$(BIN)/python -m tests.reliability.soak --minutes $(MINUTES)

fuzz: setup  # Python 3.11; TARGETS="pdf query" takes only these
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[fuzz]'
	$(BIN)/python -m tests.fuzz.fuzz $(TARGETS) --seconds $(SECONDS)

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
