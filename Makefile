# make install · make run · make test · make check · make bench-open
PYTHON ?= python3
PORT ?= 3000
ENTERPRISES ?= 10000
YEARS ?= 6
AS_OF ?= 2025-01-01

BIN := .venv/bin
DISTRICT := var/$(ENTERPRISES)
export FENJI_CURRENT := $(CURDIR)/$(DISTRICT)/current.json

.PHONY: install run test check format lock bench-open bench-endpoint bench-simulated bento

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
	$(BIN)/fenji train $(DISTRICT)/records --as-of $(AS_OF)
	$(BIN)/fenji release
	$(BIN)/fenji score $(DISTRICT)/records --as-of $(AS_OF) --out $(DISTRICT)/snapshot

# Two files at a time; one thread each, since threads that wait for each other's core only spin.
test: install
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist loadfile

check: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q tests/unit/test_architecture.py

format: install
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock:
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --extra training --extra dev pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url -c requirements.lock pyproject.toml -o serving.lock

bench-open: install
	$(BIN)/python -m benchmarks.open_data

bench-endpoint: $(DISTRICT)/current.json
	$(BIN)/python -m benchmarks.endpoint

bench-simulated: install
	$(BIN)/python -m benchmarks.simulated

# What is in service at ENTERPRISES= goes into a bento that runs anywhere.
bento: $(DISTRICT)/current.json
	$(BIN)/bentoml build
