# Everything a newcomer needs. `make help` lists it; the work is done by cms/setup/.
.DEFAULT_GOAL := help
.PHONY: help demo demo-check test test-services lint lint-style lint-layers lint-types \
	lint-templates lint-django bench bench-load install install-dev theme lock clean

PYTHON ?= $(shell command -v python3.11 || command -v python3)
SETUP := $(PYTHON) cms/setup
VENV := .venv/bin
ARGS ?=
START ?=

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1 # \2/p' Makefile | column -t -s '#' 2>/dev/null \
		|| sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1 - \2/p' Makefile

demo: ## install, load and start the site; HOST and PORT are honoured, Ctrl-C ends it
	@exec $(SETUP)/run_demo.py

demo-check: ## the same in a temporary folder, then walk through the site
	@exec $(SETUP)/run_demo.py --check

test: ## the whole suite on SQLite, browser included; ARGS="-k quiz" goes to pytest
	@exec $(SETUP)/run_tests.py $(ARGS)

test-services: ## the suite on PostgreSQL, Redis and RabbitMQ; START=1 starts what is missing
	@exec $(SETUP)/run_tests.py --services $(if $(START),--start) $(ARGS)

lint: install-dev ## style, layers, types, templates, migrations, production settings
	@$(MAKE) --no-print-directory lint-style lint-layers lint-types lint-templates lint-django

lint-style:
	$(VENV)/ruff check .
	$(VENV)/ruff format --check .

lint-layers:
	$(VENV)/lint-imports

lint-types:
	$(VENV)/mypy

lint-templates:
	$(VENV)/djlint --quiet --lint cms content modules courses certification

lint-django:
	$(VENV)/python cms/setup/check_site.py

bench: install-dev ## queries, CPU time and bytes of the usual operations
	@$(VENV)/python manage.py bench

bench-load: install-dev ## 200 learners at one test for a minute, on PostgreSQL with two web processes
	@$(SETUP)/services.py --start --fresh-database -- $(VENV)/python tests/bench/load.py $(ARGS)

install: ## only install
	@$(SETUP)/bootstrap.py

install-dev: ## only install, with what development needs
	@$(SETUP)/bootstrap.py --dev

theme: install ## build the style sheet again, if its sources changed

lock: install-dev ## resolve the pins again from pyproject.toml and package.json
	$(VENV)/python cms/setup/lock.py

clean: ## remove what was installed, built and loaded (var/ too)
	rm -rf .venv node_modules var cms/static/stoa_cms/built .pytest_cache .mypy_cache .ruff_cache \
		.import_linter_cache .hypothesis
