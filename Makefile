# make run       set up, compile archs/hornet.arch, say what was made
# make test      set up, run every test but those marked slow
# make test-all  the slow ones as well: every recording and every packaged network through every tool
# make test-fast the tests that need neither torch nor a compiler
# make lint      ruff, mypy, pyright
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/ready
FAST := syntax shapes diagnostics semantics graph analysis cli docs
JOBS ?= 2
# Named, because pytest rewrites the assertions of all packages whose plugins it finds by itself: seconds a process.
PLUGINS := xdist.plugin _hypothesis_pytestplugin archc.testing.plugin

.PHONY: run test test-all test-fast lint format setup types clean

run: $(READY)
	@$(BIN)/archc compile archs/hornet.arch

test: $(READY)
	@$(BIN)/python -m pytest -n $(JOBS) -q

test-all: $(READY)
	@$(BIN)/python -m pytest -n $(JOBS) -q --slow

test-fast: $(READY)
	@PYTEST_DISABLE_PLUGIN_AUTOLOAD=1 $(BIN)/python -m pytest $(addprefix -p ,$(PLUGINS)) -n $(JOBS) --dist worksteal \
		-q --no-torch --examples 10 $(wildcard $(addprefix tests/,$(FAST)))

lint: $(READY) types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy -p archc
	@PYRIGHT_PYTHON_IGNORE_WARNINGS=1 $(BIN)/pyright --pythonpath $(BIN)/python

format: $(READY)
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .

setup: $(READY) types

# The stamp is younger than the files that say what is installed. The build back end is installed like everything else,
# at its pinned release, so that no isolated build environment has to be filled.
$(READY): pyproject.toml constraints.txt | $(BIN)/python
	@echo "installing what constraints.txt pins (some minutes the first time)"
	@$(BIN)/python -m pip install -qq --disable-pip-version-check -c constraints.txt setuptools setuptools-scm
	@$(BIN)/python -m pip install -qq --disable-pip-version-check -c constraints.txt --no-build-isolation -e ".[dev]"
	@$(BIN)/python -m compileall -q compiler backends grammar archs  # as pip does for what is not installed in place
	@touch $@

$(BIN)/python:
	@PYTHON=$(PYTHON) sh .ci/system
	@$(PYTHON) -m venv .venv

# Type checkers run no import hooks: they find the package through links under its import name.
types:
	@mkdir -p build/types/archc
	@find build/types/archc -xtype l -delete
	@for entry in $(filter-out __pycache__,$(notdir $(wildcard compiler/*))); do \
		ln -sfn ../../../compiler/$$entry build/types/archc/$$entry; done
	@for folder in backends grammar archs; do ln -sfn ../../../$$folder build/types/archc/$$folder; done

clean:
	@rm -rf .venv build dist out *.egg-info
