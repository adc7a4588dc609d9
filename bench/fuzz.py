"""`python -m bench.fuzz`: random requests to every address; none may be a 500.

The suite asks a hundred and fifty of them at every run; this asks as many as wanted,
on the tests' own database. The same seed asks the same.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.fuzz", description=__doc__)
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    environment = os.environ | {
        "DEBUG": "on",
        "FUZZ_REQUESTS": str(options.requests),
        "FUZZ_SEED": str(options.seed),
    }
    command = [sys.executable, "-m", "pytest", "-q", "-s", "tests/medspa/test_fuzz.py"]
    return subprocess.run(command, cwd=PROJECT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
