# make demo   a night over the sample calls, from nothing but Python 3.11
# make test   the same set-up, then lint, types and every test
# make assets the files that the console's pages load
# make lock   resolve the dependencies of pyproject.toml anew
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
DEMO := var/demo
VENDOR := console/static/vendor
FONTS := console/browser/node_modules/@expo-google-fonts/noto-sans-sc
TORCH := torch==2.13.0

# torch is not in the lock: its builds (CPU, CUDA) carry one version and different hashes. Which one
# comes is up to pip's configuration on this machine; what only the CUDA build needs, pip brings with it.
NOT_LOCKED := ^(torch==|triton==|nvidia-|cuda-)

.PHONY: demo test lock assets clean
.DELETE_ON_ERROR:

demo: $(VENV)/.models $(VENDOR)/.made
	@rc=0; $(BIN)/tingjian nightly samples/ --data $(DEMO) || rc=$$?; \
	test $$rc -eq 0 -o $$rc -eq 3  # 3: finished, some calls failed; one of the samples is damaged
	@$(BIN)/tingjian warehouse export $(DEMO)/calls.duckdb --data $(DEMO)
	@echo
	@echo "One call:       $(BIN)/tingjian inspect samples/zh_complaint_quarrel.opus"
	@echo "All of them:    $(BIN)/python -c \"import duckdb; print(duckdb.connect('$(DEMO)/calls.duckdb').sql('from scorecard_by_agent'))\""
	@echo "                or, with DuckDB's own shell:  duckdb $(DEMO)/calls.duckdb"
	@echo
	@echo "The console:    $(BIN)/tingjian serve --data $(DEMO)    then  http://127.0.0.1:8484/"
	@echo "Sign in as:     demo"
	@$(BIN)/tingjian account password demo --data $(DEMO) 2>/dev/null \
	|| $(BIN)/tingjian account add demo --role supervisor --data $(DEMO)

test: $(VENV)/.models $(VENV)/.tools $(VENDOR)/.made $(VENV)/.browser $(VENV)/.postgresql
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile

$(VENV)/.made:
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -qq --upgrade pip
	@touch $@

$(VENV)/.installed: $(VENV)/.made requirements.lock pyproject.toml
	$(BIN)/python -m pip install -qq $(TORCH)
	$(BIN)/python -m pip install -qq --require-hashes --no-deps -r requirements.lock
	$(BIN)/python -m pip install -qq --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.tools: $(VENV)/.installed requirements-test.lock
	$(BIN)/python -m pip install -qq --require-hashes --no-deps -r requirements-test.lock
	@touch $@

$(VENV)/.models: $(VENV)/.installed models/registry.toml
	$(BIN)/tingjian models pull
	@touch $@

# What the browser gets from others, from npm by lock file: files are copied, nothing is bundled.
$(VENDOR)/.made: console/browser/package-lock.json Makefile
	npm ci --prefix console/browser --ignore-scripts --no-audit --no-fund --loglevel=error
	mkdir -p $(VENDOR)
	cd console/browser/node_modules && cp htmx.org/dist/htmx.min.js \
		wavesurfer.js/dist/wavesurfer.esm.js wavesurfer.js/dist/plugins/regions.esm.js \
		wavesurfer.js/dist/plugins/timeline.esm.js \
		@tabler/core/dist/css/tabler.min.css vega/build/vega.min.js vega-lite/build/vega-lite.min.js \
		../../../$(VENDOR)/
	# a browser finds no package by its name; vega.min.js has the same names
	sed "s|^import \(.*\) from 'vega-util';|const \1 = globalThis.vega;|" \
		console/browser/node_modules/vega-interpreter/build/vega-interpreter.js > $(VENDOR)/vega-interpreter.js
	mkdir -p $(VENDOR)/fonts
	cd $(FONTS) && cp LICENSE_FONT */NotoSansSC_400Regular.ttf */NotoSansSC_700Bold.ttf $(CURDIR)/$(VENDOR)/fonts/
	@touch $@

# The browser that the tests drive: Debian's, with Chinese letters.
$(VENV)/.browser: $(VENV)/.made
	@if command -v chromium >/dev/null; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk; \
	else echo "missing: chromium (and fonts-noto-cjk), for the browser tests" >&2; exit 1; fi
	@touch $@

# The database server that the tests start, on loopback, as a person of its own.
$(VENV)/.postgresql: $(VENV)/.made
	@if ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -qq && apt-get install -y -qq --no-install-recommends postgresql; \
	else echo "missing: postgresql, for the tests of a shared catalogue" >&2; exit 1; fi
	@touch $@

lock:
	$(PYTHON) -m venv build/lock
	build/lock/bin/python -m pip install --quiet uv
	build/lock/bin/uv pip compile --quiet --python-version 3.11 --generate-hashes --no-header --no-annotate \
		pyproject.toml --output-file build/all.lock
	awk '/^[a-z]/ { kept = !/$(NOT_LOCKED)/ } kept' build/all.lock > requirements.lock
	build/lock/bin/uv pip compile --quiet --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--group pyproject.toml:test --constraints build/all.lock --output-file build/test.lock
	awk '/^[a-z]/ { kept = !/$(NOT_LOCKED)/ } kept' build/test.lock > requirements-test.lock

assets: $(VENDOR)/.made

clean:
	rm -rf $(VENDOR) console/browser/node_modules $(VENV) build *.egg-info
