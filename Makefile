# What a person types. `make` alone lists the targets.
PYTHON ?= python3
ARGS ?=
MANAGE = .venv/bin/python manage.py
.DEFAULT_GOAL := help
.PHONY: help install demo test quick axe clocks mutants check bench lock clean

help: ## This list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' Makefile

# One line that changes when the environment must be made anew, or a refusal. Any
# Python must be able to read it, so that an old one can say that it is too old.
define SIGNATURE
import sys
if sys.version_info < (3, 11):
    sys.exit("Python 3.11 or later is needed; %s is %s. Name another: "
             "make install PYTHON=python3.13" % (sys.executable, sys.version.split()[0]))
try:
    import ensurepip, hashlib, pathlib, venv
except ImportError:
    sys.exit("%s cannot make virtual environments. On Debian and Ubuntu: "
             "apt-get install python3-venv" % sys.executable)
lock = pathlib.Path("requirements-dev.lock").read_bytes()
print(sys.version.split()[0], hashlib.sha256(lock).hexdigest(), pathlib.Path.cwd())
endef

# The stamp is written last, so an installation that was cut off is made anew. Without
# PYTHON= an environment keeps the Python it was made with.
define INSTALL
set -eu
python=$$1
if [ "$$2" = file ] && [ -e .venv/signature ] && [ -x .venv/bin/python ]; then
    python=$$(.venv/bin/python -c 'import sys; print(sys._base_executable)')
fi
if ! command -v "$$python" >/dev/null; then
    echo "Python 3.11 or later is needed, and there is no $$python here." \
         "Name one: make install PYTHON=python3.13" >&2
    exit 1
fi
signature=$$("$$python" -c "$$SIGNATURE")
if [ "$$(cat .venv/signature 2>/dev/null)" != "$$signature" ]; then
    echo "Making .venv with $$python: a minute or two the first time."
    rm -f .venv/signature
    "$$python" -m venv --clear .venv
    .venv/bin/python -m pip install --quiet --disable-pip-version-check \
        --require-hashes --requirement requirements-dev.lock
    echo "$$signature" > .venv/signature
fi
if [ ! -e .env ]; then
    echo "# A trial on this computer. A real site: see .env.example." > .env
    echo "DEBUG=on" >> .env
    chmod 600 .env
fi
endef
export SIGNATURE INSTALL

install: ## Make .venv from the pinned requirements (PYTHON=python3.13 chooses)
	@{ if command -v flock >/dev/null; then flock 9; fi; \
	   sh -c "$$INSTALL" install "$(PYTHON)" "$(origin PYTHON)" 9>&-; } 9<Makefile

demo: install ## A clinic to look around in, on 127.0.0.1:8000 (ARGS="--port 8001")
	@$(MANAGE) demo $(ARGS)

test: export DEBUG = on
# Collecting takes half as long where Python may keep the tests it has compiled.
test: export PYTHONDONTWRITEBYTECODE =
# One more than there are processors: a test often waits for a browser or a server.
test: WORKERS ?= 3
test: install ## The tests (ARGS="tests/leads -k move")
	@.venv/bin/python -m pytest -n $(WORKERS) --dist worksteal $(ARGS)

quick: override ARGS += -m "not slow"
quick: test ## Nine of ten tests, in a quarter of the time

axe: export DEBUG = on
axe: export AXE_ON_EVERY_PAGE = yes
axe: install ## Accessibility of every page of every role, light and dark
	@.venv/bin/python -m pytest tests/browser/test_axe.py $(ARGS)

mutants: export DEBUG = on
mutants: install ## Plant faults and see whether tests notice (ARGS="--sample 200")
	@[ -d var/mutants/coverage ] || .venv/bin/python -m tests.mutants --record
	@.venv/bin/python -m tests.mutants $(ARGS)

clocks: export DEBUG = on
clocks: install ## The tests on leap day, at the hour that isn't, and on New Year's Eve
	@.venv/bin/python -m tests.clocks -n 2 $(ARGS)

check: export DEBUG = on
check: install ## Formatting, lint, types, dead code, templates, migrations, settings
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/python -m tests.dead_code
	find templates -name '*.html' -not -path 'templates/jinja2/*' -exec .venv/bin/djade --check --target-version 5.2 {} +
	$(MANAGE) check
	@$(MANAGE) devdb --unless-external start
	$(MANAGE) makemigrations --check --dry-run
	@echo "manage.py check --deploy, with .env.example and fresh keys"
	@key() { .venv/bin/python -c \
	     "import base64, os; print(base64.urlsafe_b64encode(os.urandom(32)).decode())"; }; \
	 set -a; . ./.env.example; SECRET_KEY=$$(key)$$(key); \
	 FIELD_ENCRYPTION_KEYS=$$(key); BLIND_INDEX_KEY=$$(key); SAFEKEEPING_KEY=$$(key); DEBUG=off; \
	 $(MANAGE) check --deploy --fail-level WARNING

bench: install ## Timings on 10,000 to 1,000,000 leads (ARGS="--leads 10000")
	@$(MANAGE) devdb --unless-external start
	@.venv/bin/python -m bench $(ARGS)

lock: ## Pin what pyproject.toml allows today (needs uv)
	@command -v uv >/dev/null || { \
	   echo "make lock needs uv: pip install uv" >&2; exit 1; }
	uv pip compile pyproject.toml $(LOCK_OPTIONS) --output-file requirements.lock
	uv pip compile pyproject.toml --group dev $(LOCK_OPTIONS) \
	    --output-file requirements-dev.lock

LOCK_OPTIONS = --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-annotate --no-header

clean: ## Stop the embedded database; remove .venv, caches and the tests' database, keep var/ and .env
	@if [ -x .venv/bin/python ]; then DEBUG=on $(MANAGE) devdb stop; fi
	@if [ -x .venv/bin/python ]; then rm -rf "$$(DEBUG=on DJANGO_SETTINGS_MODULE=medspa.settings .venv/bin/python -m tests.in_memory)"; fi
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
