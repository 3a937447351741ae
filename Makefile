# Verbs of the project. `make run` and `make test` need python3 (3.11+), python3-venv and make, nothing else.

PYTHON ?= python3
VENV   ?= .venv
BIN     = $(VENV)/bin
RUNTIME = $(VENV)/.runtime
DEV     = $(VENV)/.dev

.PHONY: run test style types imports unit fuzz bench soak faults scenarios detection asterisk-test clean

$(RUNTIME): pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade "pip>=25.1"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(DEV): $(RUNTIME)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --group dev
	@touch $@

run: $(RUNTIME) ## the edge on conf/ with a simulated carrier, in the foreground
	@$(BIN)/python -m edge.simulate.demo --conf conf

test: $(DEV) style types imports unit ## the quick suite: format, lint, types, import direction, tests

style: $(DEV)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(DEV)
	$(BIN)/mypy

imports: $(DEV)
	$(BIN)/lint-imports

unit: $(DEV)
	$(BIN)/python -m pytest

fuzz: $(DEV) ## 1,000,000 PDUs, before and after bind, both roles; then every property, with fresh examples
	$(BIN)/python -m tests.fuzz --count 1000000
	$(BIN)/python -m pytest -m hypothesis

bench: $(DEV) ## CPU per message against HAProxy, added latency, how cost grows; build/bench.json
	$(BIN)/python -m tests.bench

soak: $(DEV) ## 30 minutes at half rate with receipts
	$(BIN)/python -m tests.bench.soak --minutes 30

scenarios: $(DEV) ## labelled cases of the policy, played in simulated time; FILE=path.csv for other ones
	$(BIN)/python -m tests.scenarios $(FILE)

detection: $(DEV) ## the detectors on labelled texts; CORPORA=DIR with the TSV files of docs/detection.md
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --group train
	$(BIN)/python -m tests.detection --corpora $(CORPORA)

asterisk-test: $(DEV) ## conf/asterisk on a real Asterisk; the first run makes one (debootstrap, as root, 500 MB)
	SMSEDGE_ASTERISK=1 $(BIN)/python -m pytest tests/asterisk tests/ami/test_asterisk.py

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
