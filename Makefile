# make run  — the site on the reports of index_data/reports, or on the sample while there are none
# make test — all tests
# make cluster — the site on three nodes of OpenSearch on this machine (Java 17, Maven)
# make check — tests, style and types, as CI does

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run test check format lock bench growth faults fuzz soak pressure cluster cluster-failures cluster-web clean

MINUTES ?= 10

run: $(VENV)/run.stamp
	$(BIN)/python -m indexer update || $(BIN)/python -m indexer status
	$(BIN)/python -m search_app

test: $(VENV)/test.stamp
	$(BIN)/python -m pytest

check: test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(VENV)/test.stamp
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

LOCK := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-annotate --no-header --python-version 3.11

# Exact versions with hashes from the lower bounds of pyproject.toml.
lock: $(VENV)/test.stamp
	$(LOCK) --extra export --extra metrics --output-file requirements.txt pyproject.toml
	$(LOCK) --extra export --extra test --output-file requirements-test.txt pyproject.toml
	$(LOCK) --group make --output-file requirements-make.txt

# Ours beside tantivy, SQLite, Whoosh and PostgreSQL, at the size of the whole archive; takes long, wants a quiet machine.
bench: $(VENV)/test.stamp
	$(BIN)/uv pip install --python $(BIN)/python --quiet ".[bench]"
	$(BIN)/python -m tests.benchmarks.run --passages 300000

# Hostile patterns at two sizes: which of them takes longer than its size allows?
growth: $(VENV)/test.stamp
	$(BIN)/python -m tests.campaigns.growth
	$(BIN)/python -m tests.campaigns.growth --random 500 --formats txt,html,rawhtml,docx,odt,rtf,rawrtf

# Damaged files, odd queries, parameters, reports.toml; what fails is kept in tests/data/crashers. MINUTES=60
fuzz: $(VENV)/test.stamp
	$(BIN)/python -m tests.campaigns.fuzz --minutes $(MINUTES)

# The site under load, with updates and dying workers (Linux). MINUTES=60
soak: $(VENV)/test.stamp
	$(BIN)/python -m tests.campaigns.soak --minutes $(MINUTES)

# 1,620 connections made to hold the site up, and others who ask (Linux).
pressure: $(VENV)/test.stamp
	$(BIN)/python -m tests.campaigns.pressure

# Three nodes of OpenSearch on this machine, the sample published to them, the site in front; Ctrl+C ends all.
cluster: $(VENV)/test.stamp
	$(BIN)/python -m tests.cluster

# All failures of a cluster, also those that take minutes: held and slow nodes, full disks, most nodes gone, an exchange.
cluster-failures: $(VENV)/test.stamp
	$(BIN)/python -m tests.cluster.jars
	CLUSTER_FAILURES=1 $(BIN)/python -m pytest tests/cluster

# All tests of the site with three nodes behind every page, while one node after the other is killed. KILLS= without deaths,
# KILLS=60 with up to a minute between them.
KILLS ?= 4
SITE := tests/web tests/connections tests/study tests/takeaway tests/assistant
cluster-web: $(VENV)/test.stamp
	$(BIN)/python -m tests.cluster.jars
	ENGINE=cluster KILLS=$(KILLS) $(BIN)/python -m pytest $(or $(TESTS),$(SITE))

# Every file of a build damaged, every class of calls that touch the disk failed; EVERY=50 a sample.
faults: $(VENV)/test.stamp
	$(BIN)/python -m tests.faults.run --every $(or $(EVERY),1)

clean:
	rm -rf $(VENV) .pytest_cache .ruff_cache .mypy_cache .hypothesis

# uv unpacks packages side by side, in a fifth of pip's time. Where it can't have them (a mirror that only pip was told of),
# pip fetches them: that of $(PYTHON) where it is not too old, so that no other one is unpacked first.
PIP := $(if $(shell $(PYTHON) -c "import pip; int(pip.__version__.split('.')[0]) > 22 or exit(1); print(1)" 2>/dev/null),\
	$(PYTHON) -m pip --python $(BIN)/python,$(BIN)/python -m pip)
# The lists name dependencies too: nothing is looked up that is not there. Compiling every module of every package would
# take as long as installing them; what is imported is compiled then.
LOCKED := --quiet --no-deps --require-hashes -r
INSTALL := $(BIN)/uv pip install --python $(BIN)/python $(LOCKED)
OR_PIP := 2>$(VENV)/uv.log || $(PIP) install --no-compile --disable-pip-version-check $(LOCKED)

$(VENV)/make.stamp: requirements-make.txt
	$(PYTHON) -m venv $(if $(findstring --python,$(PIP)),--without-pip) $(VENV)
	$(PIP) install --no-compile --disable-pip-version-check $(LOCKED) requirements-make.txt
	touch $@

$(VENV)/run.stamp: requirements.txt
$(VENV)/test.stamp: requirements-test.txt
$(VENV)/run.stamp $(VENV)/test.stamp: | $(VENV)/make.stamp
	$(INSTALL) $< $(OR_PIP) $<
	touch $@
