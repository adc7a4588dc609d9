"""Programs that are not ours and that some tests need; `.ci/run` installs them."""

import os
import shutil
from pathlib import Path

import pytest

# Debian keeps these out of PATH; the newest version first.
POSTGRESQL = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
# Program → the package of Debian and Ubuntu that has it.
PACKAGES = {
    "initdb": "postgresql",
    "caddy": "caddy",
    "etcd": "etcd-server",
    "pgbackrest": "pgbackrest",
    "pgbouncer": "pgbouncer",
    "systemd-analyze": "systemd",
}


def needs_tool(program: str) -> Path:
    """Where the program is. Without it the test is skipped, or fails in CI."""
    folders = [os.environ.get("PATH", os.defpath), *map(str, POSTGRESQL)]
    found = shutil.which(program, path=os.pathsep.join(folders))
    if found is None:
        sentence = (
            f"This needs {program}: apt-get install {PACKAGES.get(program, program)}"
        )
        if os.environ.get("MEDSPA_REQUIRE_TOOLS"):
            pytest.fail(sentence)
        pytest.skip(sentence)
    return Path(found)
