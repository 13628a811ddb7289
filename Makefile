# Two commands do everything: `make run` and `make test`.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PORT ?= 8501
# How many test files are played side by side; what is marked serial runs alone afterwards.
WORKERS ?= 2
PYTEST := $(BIN)/python -m pytest
# tests/conftest.py puts the longest files first; xdist would sort them by their number of tests.
BESIDE := -n $(WORKERS) --dist loadfile --no-loadscope-reorder
# Where tests that run alone may lie: collecting the whole suite for a handful of them takes half a minute.
ALONE := tests/workers tests/arena tests/browser
export OMP_WAIT_POLICY ?= PASSIVE
# Every test that starts a process compiles what it imports once more where nothing compiled may be kept.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test unit slow browser bench lint style types fuzz drawing pictures atlas clean

$(VENV)/.installed: requirements.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet torch==2.13.0
	$(BIN)/pip install --quiet -r requirements.txt
	touch $@

$(VENV)/.installed-dev: $(VENV)/.installed requirements-dev.txt
	$(BIN)/pip install --quiet -r requirements-dev.txt
	touch $@

run: $(VENV)/.installed
	$(BIN)/streamlit run app.py --server.port $(PORT)

lint: $(VENV)/.installed-dev
	$(MAKE) --no-print-directory -j2 style types

style: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.installed-dev
	$(BIN)/mypy core

unit: $(VENV)/.installed-dev
	$(PYTEST) $(BESIDE) -m "not slow and not browser and not serial"
	$(PYTEST) -m "serial and not slow and not browser" $(ALONE)

slow: $(VENV)/.installed-dev
	$(PYTEST) $(BESIDE) -m "slow and not serial"
	$(PYTEST) -m "slow and serial" $(ALONE)

browser: $(VENV)/.installed-dev
	$(PYTEST) $(BESIDE) -m browser tests/browser

# A failure in one part hides none in the parts after it. The types take one core for over a minute on a fresh machine,
# so they are checked beside the quick tests.
test: $(VENV)/.installed-dev
	@failed=0; \
	$(MAKE) --no-print-directory -k -j3 style types unit || failed=1; \
	$(MAKE) --no-print-directory -k slow browser || failed=1; \
	exit $$failed

bench: $(VENV)/.installed-dev
	$(BIN)/python -m tests.bench

fuzz: $(VENV)/.installed-dev
	$(BIN)/python -m tests.hostile.fuzz

drawing: $(VENV)/.installed-dev
	$(BIN)/python -m tests.drawing

pictures: $(VENV)/.installed-dev
	$(BIN)/python -m tests.browser.pictures

$(VENV)/.installed-atlas: $(VENV)/.installed requirements-atlas.txt
	$(BIN)/pip install --quiet -r requirements-atlas.txt
	touch $@

# Plays what the atlas of evidence lacks, one contest after another; CHECK=5 replays five entries instead.
atlas: $(VENV)/.installed-atlas
	$(BIN)/python -m core atlas $(if $(CHECK),--check $(CHECK))

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache
