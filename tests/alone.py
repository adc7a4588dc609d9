"""Each file of tests by itself: python -m tests.alone [--run] [paths] [options]

A file that leans on what another one imported or made fails here. Without `--run` a
file is only collected, which takes half a second; options that begin with two dashes,
as `--order-seed=7`, go to pytest. Ends with 1 when a file fails.
"""

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import django
import pytest

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "medspa.settings")
os.environ.setdefault("DEBUG", "on")
from medspa.process.loading import loading

with loading():
    django.setup()
    # Loaded before any file.
    import tests.conftest  # noqa: F401

from medspa.postgres.embedded import EMBEDDED

FOLDER = Path(__file__).parent


def files_in(paths: list[str]) -> Iterator[Path]:
    for path in map(Path, paths):
        yield from [path] if path.is_file() else sorted(path.rglob("test_*.py"))


def passes(file: Path, options: list[str]) -> bool:
    """In a fork of this process, which has loaded the project and no test."""
    with tempfile.TemporaryFile("w+") as said:
        if not (pid := os.fork()):
            os.dup2(said.fileno(), 1)
            os.dup2(said.fileno(), 2)
            os._exit(pytest.main(["-q", "-p", "no:cacheprovider", *options, str(file)]))
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        if code:
            said.seek(0)
            sys.stdout.write(f"{said.read()}\n{file} ends with {code}\n")
            sys.stdout.flush()
    return code == 0


def main(arguments: list[str]) -> int:
    options = [one for one in arguments if one.startswith("--") and one != "--run"]
    if "--run" not in arguments:
        options.append("--collect-only")
    paths = [one for one in arguments if not one.startswith("--")]
    files = list(files_in(paths or [str(FOLDER)]))
    with EMBEDDED.in_use():
        failed = [file for file in files if not passes(file, options)]
    sys.stdout.write(f"{len(files)} files, {len(failed)} of them fail by themselves\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
