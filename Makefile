# Every target does its own set-up: the virtual environment in .venv and, for the tests, PostgreSQL from the distribution.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help demo attack test coverage test-systems check lint types imports bench bench-large soak format requirements
bin := .venv/bin
sources := $(wildcard src tests tools benchmarks)
compile := $(bin)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-emit-find-links --no-strip-extras --custom-compile-command "make requirements"

help:  ## list the targets
	@sed -nE 's/^([a-z-]+):.*## (.*)/\1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

demo: .venv/runtime.stamp  ## show the whole regime on invented users (ARGS=--once ends by itself)
	$(bin)/shouze demo $(ARGS)

test: .venv/development.stamp  ## run every test that needs only this machine, with PostgreSQL and Chromium (ARGS go to pytest)
	tools/setup.sh postgresql compiler chromium clients vectorscan
	$(bin)/python -m pytest -n 2 $(ARGS)

coverage: .venv/development.stamp  ## measure which lines and branches the tests of make test reach (twice its time)
	tools/setup.sh postgresql compiler chromium clients vectorscan
	$(bin)/python -m pytest -n 2 --cov $(ARGS)

attack: .venv/development.stamp  ## try to recover erased users from every file, backup and key, on both databases
	tools/setup.sh postgresql
	$(bin)/python -m pytest -v -m "" tests/attack $(ARGS)

test-systems: .venv/development.stamp  ## install and test against the other real systems; run what takes long
	tools/setup.sh postgresql compiler chromium verifiers mariadb dovecot clamav spark objects vectorscan
	$(bin)/python -m pytest -m systems tests/systems tests/faults $(ARGS)
	$(bin)/python -m pytest -n 2 -m lasting $(ARGS)

check: lint types imports test  ## what CI asks: format, lint, types, imports, and the tests, which read the documents too

lint: .venv/development.stamp  ## check the form of the code
	$(bin)/ruff format --check $(sources)
	$(bin)/ruff check $(sources)

types: .venv/development.stamp  ## check the types, strictly
	$(bin)/mypy

imports: .venv/development.stamp  ## check that imports point one way
	$(bin)/lint-imports

bench: .venv/development.stamp  ## measure in minutes; the samples and charts go into docs/performance
	tools/setup.sh postgresql vectorscan
	$(bin)/python benchmarks/bench.py --into docs/performance $(ARGS)
	$(bin)/python benchmarks/discovery/quality.py
	$(bin)/python benchmarks/discovery/speed.py
	$(bin)/python benchmarks/discovery/scaling.py

bench-large: .venv/development.stamp  ## measure in hours
	tools/setup.sh postgresql
	$(bin)/python benchmarks/bench_large.py --into docs/performance $(ARGS)

soak: .venv/development.stamp  ## kill processes in 200 rounds, run under load for hours; look for what is lost or grows
	tools/setup.sh postgresql
	$(bin)/python benchmarks/soak.py $(ARGS)

format: .venv/development.stamp  ## format the code, and write the documents that are made from it
	$(bin)/ruff check --fix-only --quiet $(sources)
	$(bin)/ruff format $(sources)
	$(bin)/python tools/architecture.py --write
	$(bin)/python tools/errors.py --write
	$(bin)/python tools/coverage.py --write
	$(bin)/python tools/dispatches.py --write

requirements: .venv/development.stamp  ## choose the pinned and hashed requirements anew (UPGRADE=--upgrade takes newer ones)
	$(compile) $(UPGRADE) --extra postgres --extra files --extra scan --extra desk --extra pdf --group install pyproject.toml -o requirements/runtime.txt
	$(compile) $(UPGRADE) -c requirements/runtime.txt -o requirements/verify.txt packages/shouze-verify/pyproject.toml
	cp requirements/verify.txt src/shouze/verifier/requirements.txt
	$(compile) $(UPGRADE) --extra postgres --extra files --extra scan --extra desk --extra pdf --extra native --group dev pyproject.toml -c requirements/runtime.txt -o requirements/development.txt
	$(compile) $(UPGRADE) --extra scan --extra spark pyproject.toml -c requirements/development.txt -o requirements/spark.txt
	$(compile) $(UPGRADE) --group objects -o requirements/objects.txt

.venv/runtime.stamp: requirements/runtime.txt pyproject.toml tools/setup.sh
	tools/setup.sh runtime

.venv/development.stamp: requirements/development.txt pyproject.toml tools/setup.sh
	tools/setup.sh development
