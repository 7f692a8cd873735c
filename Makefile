# make run  — the site on the reports of index_data/reports, or on the sample while there are none
# make test — all tests
# make cluster — the site on three nodes of OpenSearch on this machine (Java 17, Maven)
# make check — tests, style and types, as CI does

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run test check format lock bench growth faults fuzz soak cluster cluster-failures clean

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

# Exact versions with hashes from the lower bounds of pyproject.toml.
lock: $(VENV)/test.stamp
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-annotate --no-header --python-version 3.11 \
		--extra export --extra metrics --output-file requirements.txt pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-annotate --no-header --python-version 3.11 \
		--extra export --extra test --output-file requirements-test.txt pyproject.toml

# Ours beside tantivy, SQLite, Whoosh and PostgreSQL, at the size of the whole archive; takes long, wants a quiet machine.
bench: $(VENV)/test.stamp
	$(BIN)/pip install --quiet ".[bench]"
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

# Three nodes of OpenSearch on this machine, the sample published to them, the site in front; Ctrl+C ends all.
cluster: $(VENV)/test.stamp
	$(BIN)/python -m tests.cluster

# All failures of a cluster, also those that take minutes: held and slow nodes, full disks, most nodes gone, an exchange.
cluster-failures: $(VENV)/test.stamp
	$(BIN)/python -m tests.cluster.jars
	CLUSTER_FAILURES=1 $(BIN)/python -m pytest tests/cluster

# Every file of a build damaged, every class of calls that touch the disk failed; EVERY=50 a sample.
faults: $(VENV)/test.stamp
	$(BIN)/python -m tests.faults.run --every $(or $(EVERY),1)

clean:
	rm -rf $(VENV) .pytest_cache .ruff_cache .mypy_cache .hypothesis

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

# Compiling every module of every package would take as long as installing them; what is imported is compiled then.
$(VENV)/run.stamp: requirements.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --no-compile --disable-pip-version-check --require-hashes -r requirements.txt
	touch $@

$(VENV)/test.stamp: requirements-test.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-test.txt
	touch $@
