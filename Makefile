# What can be done here: `make help`. Needs nothing but make and Python 3.11 or newer.

VENV := .venv
BIN := $(VENV)/bin
REPORT := compliance-report.html
PACKAGES := chromium chromium-driver

.DELETE_ON_ERROR:
.PHONY: help demo test lint types build examples docs browser clean

help:
	@echo "make demo      check the example trackers and write $(REPORT)"
	@echo "make test      run every test, those that look at reports in a browser included"
	@echo "make lint      check the style of the code"
	@echo "make types     check its types"
	@echo "make build     make the wheel and the source distribution in dist/"
	@echo "make examples  make the example trackers again from examples/source"
	@echo "make docs      make the pages of docs/rules again from the docstrings of the rules"
	@echo "make clean     remove everything that the above made"

demo: $(VENV)/.installed
	@$(BIN)/btec-validator check examples --calendar examples/calendar.toml --as-of 2024-03-08 --html $(REPORT) --fail-on never
	@echo
	@echo "The report is $(CURDIR)/$(REPORT): open it in a browser."
	@echo "The findings are meant to be there: examples/README.md lists them. Because of --fail-on never they are no"
	@echo "failure here; a check in earnest ends with exit status 1 when it finds errors."

test: $(VENV)/.tested browser
	@$(BIN)/python -m pytest --numprocesses auto --dist worksteal

lint: $(VENV)/.tested
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(VENV)/.tested
	@$(BIN)/mypy

build: $(VENV)/.tested
	@rm -rf dist
	@$(BIN)/python -m build

examples: $(VENV)/.installed
	@$(BIN)/python examples/make_examples.py

docs: $(VENV)/.installed
	@$(BIN)/python docs/make_rules.py

clean:
	rm -rf $(VENV) dist build $(REPORT) .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# A Python is tried out, not only looked for: a version manager may name one that is not installed.
$(VENV)/.made:
	@rm -rf $(VENV)
	@for python in $(PYTHON) python3.13 python3.12 python3.11 python3 python; do \
	  "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 || continue; \
	  echo "Making $(VENV) with $$python"; \
	  "$$python" -m venv $(VENV) && touch $@ && exit 0; \
	  rm -rf $(VENV); \
	done; \
	echo "No Python 3.11 or newer that can make an environment was found. Install one from https://www.python.org"; \
	echo "(on Debian and Ubuntu: apt install python3 python3-venv), or name it: make PYTHON=/path/to/python3 demo"; \
	exit 1

$(VENV)/.installed: $(VENV)/.made pyproject.toml
	@echo "Installing btec-validator in $(VENV); the first time this takes a minute or two"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.tested: $(VENV)/.made pyproject.toml
	@echo "Installing btec-validator and its tools in $(VENV); the first time this takes a few minutes"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	@touch $(VENV)/.installed $@

# The tests of the report look at it in Chromium. tests/browser.py finds it by the same names.
HAS_BROWSER = for browser in "$$BTEC_BROWSER" chromium chromium-browser google-chrome google-chrome-stable chrome; do \
	  command -v "$$browser" >/dev/null 2>&1 && command -v "$${BTEC_CHROMEDRIVER:-chromedriver}" >/dev/null 2>&1 && exit 0; \
	done

browser:
	@$(HAS_BROWSER); \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
	  echo "Installing $(PACKAGES) for the tests that look at reports"; \
	  apt-get update -qq </dev/null && \
	    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $(PACKAGES) </dev/null >/dev/null; \
	fi; \
	$(HAS_BROWSER); \
	echo "The tests look at reports in Chromium, which is not here. Install Chromium or Google Chrome and the chromedriver"; \
	echo "of the same version (on Debian: apt install $(PACKAGES)), or name the programs in BTEC_BROWSER and"; \
	echo "BTEC_CHROMEDRIVER."; \
	exit 1
