# `make` alone explains itself. PYTHON names another interpreter: make demo PYTHON=python3.12
PYTHON ?= python3
VENV := .venv/bin
# Where it is set, every one of the demo's processes would compile every library anew.
unexport PYTHONDONTWRITEBYTECODE
.DEFAULT_GOAL := help

.PHONY: help demo test check fuzz faults procedures soak guards bench pictures rules docs texts hooks containers clean python

help: ## Show this
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: python ## Run everything here with made-up companies; Ctrl-C stops it. PORTICO_PORT moves it from 8000
	@$(PYTHON) -m deploy.local.venv requirements.lock
	@$(VENV)/python -m deploy.local.demo

# The tests of a file share what they set up, so that one process runs all of them.
test: dev ## Run every test on real servers and a real browser. T="tests/billing -x" runs some, PICTURES=1 takes pictures of pages
	@$(VENV)/python -m deploy.local.front_end
	@$(VENV)/python -m deploy.local.chromium
	@$(VENV)/python -m deploy.local.promtool
	@$(VENV)/python -m deploy.local.asyncapi_parser
	@$(VENV)/python -m deploy.local.helm
ifdef T
	$(VENV)/pytest $(T)
else
	$(VENV)/pytest -n 3 --dist loadfile --no-loadscope-reorder -m "not installation and not faults and not soak and not procedures" --durations=15
	$(VENV)/pytest -n 2 --dist loadfile --no-loadscope-reorder -m "installation and not faults and not procedures" --durations=15
endif

check: dev ## What a change has to pass before it is read: style, types, imports, shapes
	$(VENV)/ruff check .
	$(VENV)/ruff format --check .
	$(VENV)/mypy
	$(VENV)/lint-imports
	$(VENV)/djlint --check --lint services/portal/templates
	$(VENV)/python -m deploy.local.stylelint
	$(VENV)/pytest tests/architecture

fuzz: dev ## Send made-up requests to every API for longer than `make test` does; SEED=1 EXAMPLES=200 repeats a run
	@seed=$${SEED:-$$($(VENV)/python -c 'import secrets; print(secrets.randbelow(10**6))')}; \
	echo "SEED=$$seed EXAMPLES=$${EXAMPLES:-200}"; \
	PORTICO_FUZZ_SEED=$$seed PORTICO_FUZZ_EXAMPLES=$${EXAMPLES:-200} $(VENV)/pytest -n 2 tests/fuzz

faults: dev ## Kill, cut off and fill up what can fail, and see that nothing is lost or doubled; SEED=2 kills elsewhere, K=pay plays some cells, WRITE=1 notes them
	@$(VENV)/python -m deploy.local.front_end
	@rm -f .local/faults.jsonl
	@PORTICO_SERVERS=private PORTICO_FAULTS_SEED=$${SEED:-1} $(VENV)/pytest -n 2 --dist loadfile -m faults $(if $(K),-k "$(K)") tests/faults; \
	code=$$?; $(VENV)/python -m tests.faults.matrix.report $(if $(WRITE),--write); exit $$code

procedures: dev ## Play the procedures of docs/operating.md that take minutes each: backup, restore, PostgreSQL's own recovery, full pools
	@$(VENV)/python -m deploy.local.front_end
	@PORTICO_SERVERS=private $(VENV)/pytest -m procedures tests/backup tests/scale

soak: dev ## An hour of steady traffic with a broker that restarts: nothing may grow. MINUTES=10 RATE=20 for less
	@$(VENV)/python -m deploy.local.front_end
	@PORTICO_SERVERS=private PORTICO_SOAK_MINUTES=$${MINUTES:-60} PORTICO_SOAK_RATE=$${RATE:-50} $(VENV)/pytest -s -m soak tests/soak

guards: dev ## Take away each guard and scope, one at a time, and see that the authorisation matrix notices
	@$(VENV)/python -m tests.authorisation.guards

bench: dev ## Measure the figures of docs/benchmarks.md; SMOKE=1 only shows that it runs
	$(VENV)/python -m bench $(if $(SMOKE),--smoke)

pictures: dev ## Take a picture of every page and state in both languages, themes and widths, to look at
	@$(VENV)/python -m deploy.local.front_end
	@$(VENV)/python -m deploy.local.chromium
	$(VENV)/python -m tests.browser.pictures

rules: dev ## List every rule with the tests that prove it
	@$(VENV)/python -m docs.rules

texts: dev ## Collect the texts of pages and mails for translation; says how many are missing
	@$(VENV)/python -m deploy.local.catalogues

docs: dev ## Write the generated pages of docs/ anew
	$(VENV)/python -m docs.generate

hooks: dev ## Run the fast checks before each commit
	$(VENV)/pre-commit install

containers: dev ## Play the story against docker compose; needs Docker
	PORTICO_CONTAINERS=1 $(VENV)/pytest --confcutdir=tests/containers --timeout=1800 tests/containers

clean: ## Remove the demo's data and all that was built; .venv stays
	@$(PYTHON) -m deploy.local.clean

.PHONY: dev
dev: python
	@$(PYTHON) -m deploy.local.venv requirements-dev.lock

python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Portico needs Python 3.11 or newer, for instance: make PYTHON=python3.12"; exit 1; }
