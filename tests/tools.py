"""Programs of the system that some tests need, such as PostgreSQL with TLS or caddy."""

import os
import shutil
from pathlib import Path

import pytest

# Debian keeps these out of PATH; the newest version first.
POSTGRESQL = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


def needs_tool(name: str) -> Path:
    """The program; without it the test is skipped, and fails where CI installs it."""
    folders = [os.environ.get("PATH", os.defpath), *map(str, POSTGRESQL)]
    if found := shutil.which(name, path=os.pathsep.join(folders)):
        return Path(found)
    sentence = f"This test needs the program {name}, which is not installed here."
    if os.environ.get("MEDSPA_REQUIRE_TOOLS") == "1":
        pytest.fail(sentence)
    pytest.skip(sentence)
