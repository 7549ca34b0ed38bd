# make install · make run · make test · make check · make mlflow · make bench-open · make soak
PYTHON ?= python3
PORT ?= 3000
MLFLOW_PORT ?= 5000
ENTERPRISES ?= 10000
YEARS ?= 6
AS_OF ?= 2025-01-01
NOTEBOOK_SECONDS ?= 300

BIN := .venv/bin
DISTRICT := var/$(ENTERPRISES)
# Whose trainings `make mlflow` shows: those of one's own records where there are any, else the simulated district's.
ROOT ?= $(if $(wildcard mlruns/mlflow.db),.,$(DISTRICT))
export FENJI_CURRENT := $(CURDIR)/$(DISTRICT)/current.json

.PHONY: install run test check format lock bench-open bench-chicago bench-gate bench-endpoint bench-loop bench-review bench-simulated bench-spark bench-speed bench-truth bench-quality bench-watch bento mlflow soak

install: .venv/ready

# uv solves and installs what pip would backtrack on; it is fetched by the interpreter's own pip.
.venv/ready: requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==0.13.9
	$(BIN)/uv pip install --python $(BIN)/python --require-hashes -r requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable .
	touch $@

run: $(DISTRICT)/current.json
	@$(BIN)/fenji tiers $(DISTRICT)/snapshot --truth $(DISTRICT)/records.truth
	@$(BIN)/fenji serve --port $(PORT)

$(DISTRICT)/current.json: | install
	rm -rf $(DISTRICT)
	$(BIN)/fenji simulate --out $(DISTRICT)/records --enterprises $(ENTERPRISES) --years $(YEARS)
	$(BIN)/fenji train $(DISTRICT)/records --as-of $(AS_OF) --root $(DISTRICT)
	$(BIN)/fenji release --root $(DISTRICT)
	$(BIN)/fenji score $(DISTRICT)/records --as-of $(AS_OF) --out $(DISTRICT)/snapshot

# Two files or notebooks at a time, in the order of tests/conftest.py (xdist would begin with the files of most tests and
# end with those of one long test); one thread each, since threads that wait for each other's core only spin. A cell of a
# notebook may take NOTEBOOK_SECONDS, many times what the longest takes on an idle machine.
test: install
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder --nbmake --nbmake-timeout=$(NOTEBOOK_SECONDS) tests notebooks

check: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q tests/unit/test_architecture.py

format: install
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock:
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --extra training --extra sampling --extra spark --extra dev pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url -c requirements.lock pyproject.toml -o serving.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url -c requirements.lock --extra training --extra peers pyproject.toml -o peers.lock

bench-open: install
	$(BIN)/python -m benchmarks.open_data

# The city's own evaluation of two months, its model beside ours without the inspector.
bench-chicago: install
	$(BIN)/python -m benchmarks.chicago_published

# Each sector's model against the general one on later outcomes.
bench-gate: install
	$(BIN)/python -m benchmarks.sector_gate $(SETS)

# A page of the reviewers' table over 100,000 enterprises, made of what is in service.
bench-review: $(DISTRICT)/current.json
	$(BIN)/python -m benchmarks.review_table

bench-endpoint: $(DISTRICT)/current.json
	$(BIN)/python -m benchmarks.endpoint

# PARTS="indicators reasons population endpoint training" takes some; SPEED="--sizes 100000 --rounds 5" takes other sizes
# (python -m benchmarks.speed --help). What was measured before of other parts stays in benchmarks/results/speed.json.
bench-speed: $(DISTRICT)/current.json
	$(BIN)/python -m benchmarks.speed $(if $(PARTS),--parts $(PARTS)) $(SPEED)

# Half an hour of mixed load on what `make run` serves; MINUTES= takes another time.
soak: $(DISTRICT)/current.json
	OMP_NUM_THREADS=1 $(BIN)/python -m benchmarks.soak $(if $(MINUTES),--minutes $(MINUTES))

# Spark beside DuckDB on whole sets, then what Spark spends per enterprise; COSTS="--sizes 1000 3000" takes other sizes.
bench-spark: $(DISTRICT)/current.json
	$(BIN)/python -m benchmarks.spark_parity
	$(BIN)/python -m benchmarks.spark_costs $(COSTS)

bench-simulated: install
	$(BIN)/python -m benchmarks.simulated

# False alarms and power of monitoring on DISTRICTS= (10) simulated ones; goes on where it was interrupted (var/watch_alarms).
bench-watch: install
	OMP_NUM_THREADS=1 $(BIN)/python -m benchmarks.watch_alarms $(DISTRICTS)

# Goes on where it was interrupted; what is done lies under var/truth.
bench-truth: install
	$(BIN)/python -m benchmarks.truth

# The whole circle, policies side by side; goes on where it was interrupted. SEEDS="1 2" takes other districts than 11 to 20.
bench-loop: install
	$(BIN)/python -m benchmarks.loop $(SEEDS)

# SETS="chicago x" takes a part; NAME=x RECORDS=dir STANDARDS=dir AS_OF=date adds a set of one's own, or several.
bench-quality: .venv-peers/ready
	.venv-peers/bin/python -m benchmarks.quality $(if $(SETS),--sets $(SETS)) $(if $(RECORDS),--name $(NAME) --records $(RECORDS) --standards $(or $(STANDARDS),sectors) --as-of $(AS_OF))

# The product's own releases and the peers beside them; pytest of the main lock runs the peers' tests there.
.venv-peers/ready: requirements.lock peers.lock | install
	$(PYTHON) -m venv .venv-peers
	$(BIN)/uv pip install --python .venv-peers/bin/python --require-hashes -r requirements.lock -r peers.lock
	$(BIN)/uv pip install --quiet --python .venv-peers/bin/python --no-deps --editable .
	touch $@

# MLflow's own pages over the store under ROOT, for this machine alone.
mlflow: install
	@test -f $(ROOT)/mlruns/mlflow.db || { echo "没有训练记录 no training under $(ROOT)/mlruns; run fenji train or make run first"; exit 1; }
	MLFLOW_DISABLE_TELEMETRY=true MLFLOW_SERVER_ENABLE_JOB_EXECUTION=false $(BIN)/mlflow ui --backend-store-uri sqlite:///$(ROOT)/mlruns/mlflow.db --no-serve-artifacts --default-artifact-root $(ROOT)/mlruns/artifacts --host 127.0.0.1 --port $(MLFLOW_PORT) --allowed-hosts localhost:$(MLFLOW_PORT),127.0.0.1:$(MLFLOW_PORT) --workers 1

# What is in service at ENTERPRISES= goes into a bento that runs anywhere.
bento: $(DISTRICT)/current.json
	$(BIN)/bentoml build
