"""Ends with 0 when gunicorn answers on its port, whatever the answer is.

A database that is away is no reason to restart the web server.
"""

import os
import sys
import urllib.error
import urllib.request

port = os.environ.get("GUNICORN_BIND", "127.0.0.1:8000").rsplit(":", 1)[-1]
try:
    urllib.request.urlopen(f"http://127.0.0.1:{port}/health/live", timeout=4)
except urllib.error.HTTPError:
    sys.exit(0)
except OSError:
    sys.exit(1)
