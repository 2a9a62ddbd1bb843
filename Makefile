# make build   set everything up, build the graph of data/ into build/, validated
# make test    set everything up, run every check, and close with a table of what ran; with KG_SUITES=FOLDER
#              also the public test suites of that folder
# make mutants  [PACKAGES="values accept"] [SAMPLE=100]   do the tests notice a changed operator or number?
# make conformance KG_SUITES=FOLDER   write docs/conformance.md from the results of the suites
PYTHON ?= python3
BIN := .venv/bin

.PHONY: build test conformance mutants oracle codes lint bench clean help

build: .venv/.installed
	$(BIN)/kg build data --out build

test: .venv/.tested oracle
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile

# one process, because each suite writes its section of the same document
conformance: .venv/.tested
	KG_WRITE_CONFORMANCE=1 $(BIN)/python -m pytest -m suite

# the second opinion on the mapping lives in an environment of its own, because it needs older libraries;
# where it cannot be installed the tests say so (and fail when KG_REQUIRE=all)
oracle:
	@$(MAKE) --no-print-directory .venv-oracle || echo "morph-kgc could not be installed"

.venv-oracle: tests/oracle/requirements.txt
	$(PYTHON) -m venv .venv-oracle
	.venv-oracle/bin/python -m pip install --quiet --disable-pip-version-check -r tests/oracle/requirements.txt
	touch .venv-oracle

.venv/.installed: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[analysis]'
	touch $@

.venv/.tested: .venv/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	touch $@

# changes one place of the code at a time and looks whether the tests notice; PACKAGES="values accept" SAMPLE=100
mutants: .venv/.tested
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[mutants]'
	$(BIN)/python tests/mutants.py $(PACKAGES) --sample $(or $(SAMPLE),100)

# generated files: tests compare them with what these commands write
codes: .venv/.installed
	$(BIN)/python -m kg.codes data/codelists > ontology/codes.ttl
	$(BIN)/python -m kg.queries.catalogue > docs/questions.md

lint: .venv/.tested
	$(BIN)/ruff check src tests benchmarks examples notebooks
	$(BIN)/mypy

bench: .venv/.tested oracle
	$(BIN)/python benchmarks/mapping.py
	$(BIN)/python benchmarks/build.py

clean:
	rm -rf build dist .venv .venv-oracle

help:
	@sed -n '/^PYTHON/q; s/^# //p' Makefile
