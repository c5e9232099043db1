# One command starts, one tests, one checks, one loads examples; CI runs the same.
#
#   make run         the whole service with demo data, on this machine
#   make test        every test, on embedded servers, and the journeys beside them
#   make check       style, types, floors, migrations, deployment files; no server, no secret
#   make demo        throw the demo's data away and begin again
#   make bench       measure; figures go to docs/benchmarks.md
#   make soak        the long forms of the tests
#   make journeys    the pages in a browser
#   make screenshots the pictures of the documents, made anew by the journeys
#   make verifier    pack the log's verifier, and a witness for another machine, into dist
#   make messages    bring the Spanish catalogue up to the source, and compile it
#   make lock        compile requirements/*.in anew (needs a package index)
#
# PYTHON=python3.12 make run   picks the interpreter (3.11 or later)

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUN_REQUIREMENTS := requirements/base.txt requirements/embedded.txt
# Every part of the service, and every process a test starts, would compile all sources anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test check demo bench soak journeys screenshots lock verifier messages
.DEFAULT_GOAL := help

help:
	@sed -n '1,/^$$/s/^# \{0,1\}//p' Makefile

run: $(VENV)/run.stamp
	@exec $(BIN)/python -m privacy_portal run

demo: $(VENV)/run.stamp
	@exec $(BIN)/python -m privacy_portal demo

test: $(VENV)/dev.stamp
	@bash tests/outside/install.sh
	@BIN=$(BIN) bash .ci/test $(PYTEST)

soak: $(VENV)/dev.stamp
	@bash tests/outside/install.sh
	$(BIN)/python -m pytest -n 2 --dist worksteal -m soak $(PYTEST)

journeys: $(VENV)/dev.stamp
	@bash tests/outside/install.sh
	$(BIN)/python -m pytest -n 2 --dist worksteal -m journey tests/journeys $(PYTEST)

screenshots: $(VENV)/dev.stamp
	@bash tests/outside/install.sh
	rm -f docs/pages/*.png
	PICTURES=docs/pages $(BIN)/python -m pytest -m journey tests/journeys -k pictured $(PYTEST)

bench: $(VENV)/dev.stamp
	$(BIN)/python -m benchmarks

verifier: $(VENV)/dev.stamp
	@$(BIN)/python -m audit.verify.pack dist

messages: $(VENV)/dev.stamp
	@PRIVACY_CHECK_ONLY=1 $(BIN)/python -m privacy_portal.language.messages

check: $(VENV)/dev.stamp
	@BIN=$(BIN) bash .ci/check

# A stamp holds the checksum of the lists it stands for: a changed list is installed, an unchanged
# one is not looked at again. What the tests need includes what running needs.
$(VENV)/run.stamp: $(RUN_REQUIREMENTS) .ci/install
	@bash .ci/install "$(PYTHON)" $(VENV) $@ $(RUN_REQUIREMENTS)

$(VENV)/dev.stamp: requirements/dev.txt .ci/install
	@bash .ci/install "$(PYTHON)" $(VENV) $@ requirements/dev.txt
	@cat $(RUN_REQUIREMENTS) | cksum > $(VENV)/run.stamp

# Universal: one list for every Python from 3.11 on and every system. No address of an index goes
# into the lists; each installation takes its own.
LOCK := $(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --quiet \
	--no-emit-index-url --no-emit-find-links --no-header
lock: $(VENV)/dev.stamp
	$(LOCK) requirements/base.in -o requirements/base.txt
	$(LOCK) requirements/embedded.in -o requirements/embedded.txt
	$(LOCK) requirements/dev.in -o requirements/dev.txt
