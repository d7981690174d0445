# Each verb makes what it needs, in .venv, from Python 3.11 or newer alone.
# Words for the tool go into ARGS: make test ARGS="-k cart", make serve ARGS="--port 8001".

ARGS ?=
BIN := .venv/bin
READY := .venv/.ready
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& { echo $$python; break; }; done)

.PHONY: demo serve test lint types bench docs build lock mutants

demo serve: $(READY)
	@$(BIN)/ocstate $@ $(ARGS)

test: $(READY)
	@$(BIN)/python -m pytest --numprocesses auto --dist worksteal $(ARGS)

lint: $(READY)
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: $(READY)
	@$(BIN)/mypy && $(BIN)/pyright --project pyproject.toml

bench: $(READY)
	@$(BIN)/python -m benchmarks $(ARGS)

docs: $(READY)
	@$(BIN)/python -m scripts.generate_docs $(ARGS)

mutants: $(READY)
	@$(BIN)/python -m scripts.mutants $(ARGS)

build: $(READY)
	@rm -rf dist && $(BIN)/python -m build --no-isolation

lock: $(READY)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check "uv>=0.7"
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-annotate --upgrade \
	--custom-compile-command "make lock" --all-extras --group dev --output-file requirements.lock pyproject.toml

$(READY): pyproject.toml requirements.lock
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || { \
	test -n "$(PYTHON)" || { echo "ocstate needs Python 3.11 or newer with its venv module; set PYTHON=/path/to/python if it is not on the PATH" >&2; exit 1; }; \
	echo "Making .venv (once; a minute or two)" && $(PYTHON) -m venv --clear .venv; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@
