# The one way to build, run and test Assay. `make` alone lists what there is.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

# Where `make wheel` tries the wheel: an environment that has never seen the source.
WHEEL_TRIAL := dist/trial

.DEFAULT_GOAL := help
.PHONY: help run test lint bench wheel build lock clean check-tools

help:  ## List the targets
	@sed -n 's/^\([a-z-]*\):.*##/\1\t/p' $(MAKEFILE_LIST) | expand -t 10

run: build  ## Set up, build, and run every task on the system described here, else on the one that ships
	$(BIN)/assay run all

test: build lint  ## Set up, build, and pass every test
	cargo test --locked --workspace
	$(BIN)/python -m pytest --numprocesses 3 --dist loadfile

lint: build  ## Formatting, types, import directions, lints
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports
	cargo fmt --check
	cargo clippy --locked --workspace --all-targets -- -D warnings

bench: build  ## Measure Assay itself, each time beside a peer
	@set -e; for benchmark in bench/*.py; do echo "== $$benchmark"; $(BIN)/python $$benchmark; done

wheel: $(VENV)/.complete  ## Build one abi3 wheel, and try it in an empty environment without a compiler
	rm -rf dist
	$(BIN)/maturin build --release --locked --out dist
	$(PYTHON) -m venv $(WHEEL_TRIAL)
	$(WHEEL_TRIAL)/bin/python -m pip install --quiet --constraint requirements-dev.lock dist/*.whl
	cd $(WHEEL_TRIAL) && env PATH=/nowhere ./bin/assay --version && env PATH=/nowhere ./bin/assay doctor
	cd $(WHEEL_TRIAL) && env PATH=/nowhere ./bin/assay system up && env PATH=/nowhere ./bin/assay system down

build: $(VENV)/.complete  ## Build the native half, optimised, and install Assay into .venv
	PIP_QUIET=1 $(BIN)/maturin develop --quiet --release --locked

lock: check-tools  ## Pin the versions of everything in requirements-dev.in
	rm -rf $(VENV)
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --requirement requirements-dev.in
	echo '# Written by `make lock`; what is asked for stands in requirements-dev.in.' > requirements-dev.lock
	$(BIN)/python -m pip freeze --exclude assay >> requirements-dev.lock
	touch $(VENV)/.complete

clean:  ## Remove what was built; runs in .assay/ stay
	rm -rf $(VENV) target dist

$(VENV)/.complete: requirements-dev.lock | check-tools
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --requirement requirements-dev.lock
	touch $@

check-tools:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Assay needs Python 3.11 or later; name one with make PYTHON=...")'
	@command -v cargo > /dev/null || { echo "Assay is built with Rust: install a toolchain (cargo was not found)" >&2; exit 1; }
