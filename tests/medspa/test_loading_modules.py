"""A command doesn't look for garbage among the modules that it loads."""

import subprocess

import pytest

from tests.committed import MANAGE

TOLD = """
import gc, json
print(json.dumps([gc.isenabled(), gc.get_freeze_count() > 200_000]))
"""


@pytest.mark.slow
def test_what_a_command_loads_is_left_aside_and_the_rest_is_collected() -> None:
    command = [*MANAGE, "shell", "--no-imports", "--command", TOLD]
    told = subprocess.run(command, capture_output=True, text=True, check=True)
    assert told.stdout.split("\n")[-2] == "[true, true]"
