# `make demo` and `make test` set everything up by themselves; `make help` lists the rest.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
GRADERS := .venv-graders
# quiet and without prompts, also where a newer pip is out
PIP := PIP_DISABLE_PIP_VERSION_CHECK=1 $(BIN)/python -m pip install --quiet

# requirements without backlit: to install it with an extra would compile the engine once more
REQUIRED := import sys, tomllib; project = tomllib.load(open("pyproject.toml", "rb"))["project"]; \
	print(*project["dependencies"], *project["optional-dependencies"][sys.argv[1]], sep="\n")

# what the compiled engine is built from
ENGINE := CMakeLists.txt $(wildcard engine/*)

.PHONY: demo test lint check test-torch test-keras isolation test-hostile test-graders test-page page sanitized sanitize nightly wheel newer-python docs \
	site test-site evaluate benchmark clean help
.DEFAULT_GOAL := help

demo: $(VENV)/.installed ## train on real handwritten digits and explain a mistake
	$(BIN)/python examples/digits.py

test: lint check ## style, types, imports, tests

lint: $(VENV)/.linting ## style, types, the direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	PYTHONPATH=src $(BIN)/lint-imports --no-cache

check: $(VENV)/.developing ## the tests, on all cores
	$(BIN)/pytest --numprocesses auto --dist loadfile

test-torch: $(VENV)/.torch ## the tests that need PyTorch
	OMP_NUM_THREADS=1 $(BIN)/pytest --numprocesses auto tests/with_torch

test-keras: $(VENV)/.torch ## the tests that need Keras, on PyTorch and on JAX: one backend a process
	KERAS_BACKEND=torch $(BIN)/pytest --numprocesses auto tests/with_keras
	KERAS_BACKEND=jax $(BIN)/pytest --numprocesses auto tests/with_keras

isolation: $(VENV)/.developing ## what keeps files that run apart in: status 1 where this system lacks a part of it
	$(BIN)/backlit exercise isolation

test-hostile: isolation ## files that attack the grader: by all that this system has, without namespaces, as a user
	timeout 600 $(BIN)/pytest tests/apart

test-graders: $(GRADERS)/.installed ## the tests with otter-grader, nbgrader and a notebook
	$(GRADERS)/bin/pytest tests/with_graders

test-page: $(VENV)/.page $(VENV)/.torch ## the page in a real browser, and its modules checked
	web/node_modules/.bin/eslint --config web/eslint.config.js src/backlit/playground/web docs/theme
	web/node_modules/.bin/tsc --project web/tsconfig.json
	$(BIN)/pytest --numprocesses auto --dist loadfile tests/with_browser

page: $(VENV)/.page ## the page's modules as the one script that the package holds
	$(BIN)/python web/bundle.py

# an environment of its own, which borrows what the tests need: an editable install would come before it
SANITIZED := out/sanitized
SANITIZERS = $(shell for name in asan ubsan stdc++; do g++ -print-file-name=lib$$name.so; done)

UNDER_SANITIZERS = LD_PRELOAD="$(SANITIZERS)" ASAN_OPTIONS=detect_leaks=0 $(SANITIZED)/bin/python

sanitized: $(VENV)/.developing
	$(BIN)/python -m venv $(SANITIZED)
	$(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))' \
		> "$$(echo $(SANITIZED)/lib/python*/site-packages)/developing.pth"
	BACKLIT_NEEDS_ENGINE=1 PIP_DISABLE_PIP_VERSION_CHECK=1 $(SANITIZED)/bin/python -m pip install --quiet --no-deps \
		--force-reinstall \
		--config-settings=cmake.define.BACKLIT_SANITIZE=ON .

sanitize: sanitized ## the engine's tests, and calls at random, under AddressSanitizer and UndefinedBehaviorSanitizer
	$(UNDER_SANITIZERS) -m pytest tests/engine
	$(UNDER_SANITIZERS) tests/trust/engine_calls.py 100000

nightly: sanitized ## the long counts: hostile submissions, damaged files, kills, a million calls under the sanitizers
	$(BIN)/python tests/apart/hostile_class.py
	$(BIN)/python benchmarks/copied_digits.py
	$(BIN)/python tests/trust/mutated_files.py 100000
	$(BIN)/python tests/trust/killed_writers.py 150
	$(UNDER_SANITIZERS) tests/trust/engine_calls.py 1000000

wheel: $(VENV)/.developing ## build the sdist and the wheel, look at what they hold, use the wheel where nothing else is
	rm -rf out/dist && mkdir -p out
	BACKLIT_NEEDS_ENGINE=1 $(BIN)/python -m build --outdir out/dist > out/build.txt 2>&1 || { tail -50 out/build.txt; exit 1; }
	$(BIN)/python tests/packaging/check_wheel.py

newer-python: wheel ## the wheel for Python 3.12 and newer, built and tested with another Debian's Python; needs root
	tests/packaging/newer_python.sh

docs: $(VENV)/.page ## make the generated pages and pictures of the documents
	$(BIN)/python docs/make_functions.py
	$(BIN)/python docs/make_mistakes.py
	$(BIN)/python docs/make_exercises.py
	$(BIN)/backlit explain --force --out docs/images/lesson.svg
	$(BIN)/backlit explain --compare sigmoid,tanh,relu --force --out docs/images/compare.svg
	$(BIN)/python docs/make_diagnosis_picture.py
	$(BIN)/python docs/make_page_pictures.py

site: $(VENV)/.site ## the documentation as a site, in out/site, and its tests
	$(BIN)/mkdocs build --quiet --strict
	$(BIN)/pytest tests/with_site/test_site.py

test-site: $(VENV)/.page site ## the site in a real browser: accessibility of every page, search, what is fetched
	$(BIN)/pytest --numprocesses auto tests/with_site/test_site_in_browser.py

evaluate: $(VENV)/.developing ## count what the checks and the estimators promise
	$(BIN)/python benchmarks/check_evaluation.py
	OPENBLAS_NUM_THREADS=1 $(BIN)/python benchmarks/estimator_equivalence.py

benchmark: evaluate ## the figures of the documents
	$(BIN)/python benchmarks/explain_startup.py
	$(BIN)/python benchmarks/explain_speed.py
	$(BIN)/python benchmarks/train_speed.py
	$(BIN)/python benchmarks/exercise_check.py
	$(BIN)/python benchmarks/grade_speed.py
	$(BIN)/python benchmarks/tables_memory.py
	$(BIN)/python benchmarks/engine_memory.py
	$(BIN)/python benchmarks/check_speed.py
	$(BIN)/python benchmarks/evaluation_layers.py
	$(BIN)/python benchmarks/evaluation_conventions.py
	$(BIN)/python benchmarks/evaluation_invariants.py
	$(BIN)/python benchmarks/scripts_evaluation.py
	$(BIN)/python benchmarks/scripts_seeds.py

clean: ## remove what make made
	rm -rf $(VENV) $(GRADERS) web/node_modules out build .pytest_cache .mypy_cache .ruff_cache .hypothesis

help:
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 15

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "backlit needs Python 3.11 or newer, got $$($(PYTHON) --version); try make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml $(ENGINE) | $(VENV)/bin/python
	@echo "Installing backlit into $(VENV) (a minute the first time) ..."
	$(PIP) --editable .
	@touch $@

# the engine is not compiled for it
$(VENV)/.linting: pyproject.toml | $(VENV)/bin/python
	@echo "Installing what checks style and types into $(VENV) ..."
	$(BIN)/python -c '$(REQUIRED)' lint > $(VENV)/lint.txt
	$(PIP) --requirement $(VENV)/lint.txt
	@touch $@

$(VENV)/.developing: $(VENV)/.installed $(VENV)/.linting
	@echo "Installing what the tests need into $(VENV) ..."
	$(BIN)/python -c '$(REQUIRED)' dev > $(VENV)/dev.txt
	$(PIP) --requirement $(VENV)/dev.txt
	@touch $@

# one known release: a CPU build, where the newest may come with gigabytes for GPUs
$(VENV)/.torch: $(VENV)/.developing
	$(PIP) torch==2.13.0 keras==3.15.1 jax==0.10.2 jaxlib==0.10.2
	@touch $@

$(VENV)/.site: pyproject.toml $(VENV)/.developing
	$(BIN)/python -c '$(REQUIRED)' docs > $(VENV)/docs.txt
	$(PIP) --requirement $(VENV)/docs.txt
	@touch $@

# a browser from the system's packages, its driver, and what checks the modules; the page itself needs none of them.
# Only what is missing: an npm that came otherwise does not bear the system's beside it
$(VENV)/.page: web/package-lock.json tests/with_browser/requirements.txt $(VENV)/.developing
	@missing="$$(command -v chromium > /dev/null || echo chromium) $$(command -v npm > /dev/null || echo nodejs npm)"; \
	if [ "$$missing" != " " ]; then echo "Installing $$missing ..."; \
		apt-get update -qq && apt-get install -qq -y --no-install-recommends $$missing > /dev/null; fi
	npm ci --prefix web --silent
	$(PIP) -r tests/with_browser/requirements.txt
	@touch $@

# apart: the graders bring much that backlit must not need. One known release of each
$(GRADERS)/.installed: pyproject.toml
	@echo "Installing otter-grader and nbgrader into $(GRADERS) (two minutes the first time) ..."
	$(PYTHON) -m venv $(GRADERS)
	$(subst $(BIN),$(GRADERS)/bin,$(PIP)) --editable . 'pytest>=8' otter-grader==7.0.0 nbgrader==0.9.6 nbclient==0.11.0 \
		ipykernel==7.4.0
	@touch $@
