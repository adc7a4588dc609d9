# What every process does before it starts; read by the entrypoint scripts.
# shellcheck shell=sh

cd "$(dirname "$0")/.."
python=${MEDSPA_PYTHON:-.venv/bin/python}

# And then: an unsafe configuration, or keys of another database, and nothing starts.
"$python" manage.py wait_for_database --check >/dev/null
