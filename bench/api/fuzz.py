"""`python -m bench.api.fuzz`: random requests to every operation of the API.

The suite asks a few of them at every run; this asks as many as wanted, on the tests'
own database. None may fail or be answered as the description doesn't say. The same seed
asks the same.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent.parent
TESTS = "tests/api/test_api_fuzz.py"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.api.fuzz")
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    environment = os.environ | {
        "DEBUG": "on",
        "API_FUZZ_CASES": str(options.cases),
        "API_FUZZ_SEED": str(options.seed),
    }
    command = [sys.executable, "-m", "pytest", "-q", "-s", TESTS]
    return subprocess.run(command, cwd=PROJECT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
