"""`python -m tests.api.record 0.2.0`: record the API's answers as those of a release.

Later versions have to answer the same requests in the same way: see
`tests/api/test_recorded_requests.py`.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent.parent
FILE = "tests/api/test_recorded_requests.py"
RECORDS = f"{FILE}::test_what_is_recorded_is_answered_so_again"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.api.record")
    parser.add_argument("version")
    options = parser.parse_args()
    environment = os.environ | {"DEBUG": "on", "API_RECORD_RELEASE": options.version}
    command = [sys.executable, "-m", "pytest", "-q", RECORDS]
    return subprocess.run(command, cwd=PROJECT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
