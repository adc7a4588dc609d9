# What every process does before it starts; read by the entrypoint scripts.
# shellcheck shell=sh

cd "$(dirname "$0")/.."
python=${MEDSPA_PYTHON:-.venv/bin/python}

"$python" manage.py wait_for_database
# An unsafe configuration, or keys of another database: nothing starts.
"$python" manage.py check --deploy --fail-level WARNING >/dev/null
