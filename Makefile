# Two commands do everything: `make run` and `make test`.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PORT ?= 8501
export OMP_WAIT_POLICY ?= PASSIVE

.PHONY: run test unit slow browser bench lint fuzz drawing clean

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
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy core

unit: $(VENV)/.installed-dev
	$(BIN)/python -m pytest

slow: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -m slow

browser: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -m browser

test: lint unit slow browser

bench: $(VENV)/.installed-dev
	$(BIN)/python -m tests.bench

fuzz: $(VENV)/.installed-dev
	$(BIN)/python -m tests.hostile.fuzz

drawing: $(VENV)/.installed-dev
	$(BIN)/python -m tests.drawing

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache
