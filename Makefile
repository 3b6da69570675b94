# The front door: `make` lists what can be asked for. Every target sets up what it needs first.

BIN := .venv/bin
DEMO := out/demo
# Tests share the machine with their own servers and browsers: more workers than this only wait.
WORKERS := 4

.PHONY: help setup demo test check bench format openapi lock clean distclean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

setup: ## install what is missing; says nothing when all is there
	@infra/setup.sh

demo: setup ## build and prove the bicycle repair shop's job book, into out/demo
	@rm -rf $(DEMO)
	$(BIN)/factory build examples/bicycle-repair.md --accept --out $(DEMO)

test: check ## every check and every test, on real parts
	$(BIN)/pytest -n auto --maxprocesses $(WORKERS) --dist worksteal

check: setup ## formatting, linting, types, and who may import whom
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports

bench: setup ## run the benchmarks: a table of ratios, and JSON in bench/results
	$(BIN)/python -m bench

format: setup ## rewrite the code in the house's format
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

openapi: setup ## write docs/openapi.json from the code
	$(BIN)/python -m backend.api_description docs/openapi.json

lock: setup ## resolve the lock files anew
	infra/lock.sh
	@infra/setup.sh

clean: ## remove what was built, and caches; keeps environments and data
	rm -rf out bench/results .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find backend bench billing infra sandbox sdk tenants tests -name __pycache__ -prune -exec rm -rf {} +

distclean: clean ## remove the environments too; keeps .draftworks, which holds your data
	rm -rf .venv .tools .toolchains

# Long suites have a target of their own, once they are there.
ifneq ($(wildcard tests/hostile),)
.PHONY: hostile
hostile: setup ## everything hostile that a sandbox must withstand, in full
	$(BIN)/pytest tests/hostile
endif
ifneq ($(wildcard tests/chaos),)
.PHONY: chaos
chaos: setup ## every fault that the works must survive, in full
	$(BIN)/pytest tests/chaos
endif
