# Every target sets itself up: all that is needed beforehand is Python (3.11 or newer), make and git.
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SEED ?= 1

.PHONY: help setup lock demo run test test-postgres browser check bars fuzz faults bench pictures

help: ## what each target does
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: $(VENV)/.complete ## .venv from the lock, with .venv/bin/not-in-our-name; nothing when nothing changed

$(VENV)/.complete: requirements-dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; this is " + sys.version.split()[0] + ". Name another: make setup PYTHON=python3.12")'
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

lock: ## renews both locks: newest versions, hashes, no addresses
	$(PYTHON) -m venv --clear .lock-venv
	.lock-venv/bin/pip install --quiet --disable-pip-version-check uv
	for group in "-o requirements.lock" "--group dev -o requirements-dev.lock"; do \
	  .lock-venv/bin/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --upgrade \
	    --no-emit-index-url --no-annotate --no-header --quiet $$group; done
	rm -rf .lock-venv

demo: setup ## an evening on a simulated server, with the console in your browser
	$(BIN)/not-in-our-name demo

run: setup ## the bot, with config.yaml
	$(BIN)/not-in-our-name run

test: setup ## the whole test suite
	$(BIN)/pytest

test-postgres: setup ## all that touches a database, on a PostgreSQL server that the run starts for itself
	TEST_DATABASE=postgresql $(BIN)/pytest $(patsubst %,--ignore=tests/%,rules lab platforms config responses review/telegram)

browser: setup ## the console in a real browser, over real HTTP; installs Chromium where it may
	@test -n "$$CHROMIUM" || command -v chromium google-chrome >/dev/null \
	  || { test "$$(id -u)" = 0 && command -v apt-get >/dev/null && apt-get update -q && apt-get install -qy --no-install-recommends chromium; } \
	  || { echo "Chromium is missing, and cannot be installed here. Ask root for the package chromium, or name a browser: CHROMIUM=/path make browser"; exit 1; }
	$(BIN)/pytest tests/browser

check: setup ## lint, types, layers, documents, packaging
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy bot tests docs
	$(BIN)/lint-imports
	$(BIN)/not-in-our-name check --offline
	$(BIN)/python tests/packaging.py
	$(BIN)/python tests/docker_steps.py

bars: setup ## the rules against the labelled texts in ../shared/data, where they are
	$(BIN)/python tests/bars.py

fuzz: N ?= 1000000
fuzz: setup ## disguises, swaps and nonsense against the rules: make fuzz N=1000000 SEED=1
	$(BIN)/python -m tests.fuzz $(N) --seed $(SEED)

faults: N ?= 240
faults: setup ## evenings on which everything goes wrong: make faults N=240 SEED=1
	$(BIN)/python -m tests.faults $(N) --seed $(SEED)

bench: N ?= 4000
bench: setup ## speed, as ratios within one run: make bench N=4000
	$(BIN)/python -m tests.bench $(N)

pictures: setup ## the pictures and the diagram of the documents, from the demo; needs Chromium
	$(BIN)/python docs/pictures.py
	$(BIN)/python docs/state_diagram.py
