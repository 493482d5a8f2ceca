# Everything starts here. `make run` and `make test` need Python 3.11+ and nothing else.
PORT ?= 8000
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export IEUM_BASE_URL ?= http://localhost:$(PORT)
BUILT := .built
ENGLISH := app/translations/en/LC_MESSAGES/messages.po

.PHONY: run test test-long lint bench messages lock clean

$(BUILT)/venv: requirements.lock
	@mkdir -p $(BUILT)
	@if command -v uv >/dev/null 2>&1; then \
	  uv venv -q --allow-existing $(VENV) && uv pip install -q --python $(BIN)/python --require-hashes -r requirements.lock; \
	else \
	  $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed (PYTHON=/path/to/python3)"; exit 1; }; \
	  $(PYTHON) -m venv $(VENV) && $(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock; \
	fi
	@touch $@

$(BUILT)/messages: $(BUILT)/venv $(wildcard app/translations/*/LC_MESSAGES/*.po)
	@$(BIN)/pybabel -q compile -d app/translations
	@touch $@

# The tests drive Debian's Chromium, ask poppler about PDFs and keep keys in SoftHSM, installed when missing and we may.
$(BUILT)/tools:
	@mkdir -p $(BUILT)
	@tests/install-tools
	@touch $@

run: $(BUILT)/venv $(BUILT)/messages
	@$(BIN)/python -c 'import socket, sys; sys.exit(socket.socket().connect_ex(("127.0.0.1", $(PORT))) == 0)' || \
	  { echo "Port $(PORT) is in use. Take another one: PORT=$$(($(PORT) + 1)) make run"; exit 1; }
	@$(BIN)/flask --app wsgi db upgrade
	@$(BIN)/flask --app wsgi demo
	@PORT=$(PORT) $(BIN)/honcho start

test: $(BUILT)/venv $(BUILT)/messages $(BUILT)/tools
	@$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder $(ARGS)

test-long: $(BUILT)/venv $(BUILT)/messages $(BUILT)/tools
	@$(BIN)/python -m pytest -m long $(ARGS)

lint: $(BUILT)/venv
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

bench: $(BUILT)/venv $(BUILT)/messages
	@$(BIN)/python -m benchmarks $(if $(FULL),--full)

# Find every visible string again and carry the translations over; then fill in what is new. The header stays.
messages: $(BUILT)/venv
	@$(BIN)/pybabel -q extract -F babel.cfg -k _l -o $(BUILT)/messages.pot --sort-output --no-location --no-wrap --omit-header app templates
	@sed '/^$$/q' $(ENGLISH) > $(BUILT)/messages.po
	@$(BIN)/pybabel -q update -i $(BUILT)/messages.pot -o $(ENGLISH) -l en --no-fuzzy-matching --ignore-obsolete --no-wrap --omit-header
	@cat $(ENGLISH) >> $(BUILT)/messages.po && mv $(BUILT)/messages.po $(ENGLISH)

lock:
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes --no-header -o requirements.lock

clean:
	rm -rf $(VENV) $(BUILT)
