# `make help` is the menu. Needs Python ≥ 3.11 and make; everything else is set up here.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV ?= .venv
BIN := $(VENV)/bin
# what test-portals switches on, one portal each (validation starts on CKAN 2.10 only)
ADDONS := xloader+activity xloader-always datapusher scheming+harvest
# a worker per core, each with a portal of its own (0.7 GB); a file's tests stay on one worker
PARALLEL := -n auto --maxprocesses 4 --dist loadfile
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help demo test check lint bench clean test-search test-portals test-long

help:  ## this menu
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 15

demo: $(VENV)/.demo  ## portal up, all datasets published, address printed
	@$(BIN)/python publish.py portal up
	@$(BIN)/python publish.py publish --all --yes
	@$(BIN)/python publish.py portal status

test: $(VENV)/.dev  ## set up and run all tests
	$(BIN)/python -m pytest -m "not long" $(PARALLEL)

check: lint  ## the fast loop: lint, types, and the tests that need neither portal nor browser
	$(BIN)/python -m pytest -q -m "not long and not portal and not browser" $(PARALLEL)

lint: $(VENV)/.dev  ## format, lint and strict types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: $(VENV)/.dev  ## speed, as ratios against named peers measured in one run (FULL=1: full size)
	$(BIN)/python -m bench $(if $(FULL),--full)

test-search: $(VENV)/.dev  ## CKAN's own search tests over the PostgreSQL search plugin
	$(BIN)/python pipelines/portal/ckanext-pgsearch/tests/run_ckan_tests.py

test-portals: $(VENV)/.dev  ## publishing on every supported CKAN, plain and with other people's plugins
	for version in 2.12.0 2.11.6 2.10.11; do \
		export PUBLISH_PORTAL_CKAN=$$version; \
		$(BIN)/python -m pytest tests/publish tests/portal -m "not long" || exit 1; \
		for addons in $(ADDONS); do \
			PUBLISH_TEST_ADDONS=$$(echo $$addons | tr + ' ') \
				$(BIN)/python -m pytest tests/publish/test_addons.py || exit 1; done; done

test-long: $(VENV)/.dev  ## the long runs: differential validation, kill test
	$(BIN)/python -m pytest -m long

clean:  ## remove the environment and caches (the portal: publish.py portal reset)
	rm -rf $(VENV) build *.egg-info .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -rf {} +

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "Python >= 3.11 with venv is needed (Debian: apt install python3-venv)." >&2; exit 3; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.demo: setup.cfg pyproject.toml | $(VENV)/bin/python
	@echo "Installing (about a minute) …"
	@$(BIN)/python -m pip install -q -e .
	@touch $@

$(VENV)/.dev: setup.cfg pyproject.toml | $(VENV)/bin/python
	@echo "Installing with test tools (about a minute) …"
	@$(BIN)/python -m pip install -q -e '.[dev]'
	@touch $(VENV)/.demo $@
