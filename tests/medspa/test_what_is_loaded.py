"""What a process loads before it does anything: each command and the worker wait for it
and keep it in memory.
"""

import os
import subprocess
import sys

import pytest
from django.conf import settings

# Large, and needed by a page or a kind of backup only.
LATER = {"boto3", "fontTools", "openpyxl", "webauthn"}


@pytest.mark.slow
def test_what_few_processes_need_is_loaded_by_those_that_need_it() -> None:
    said = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, django; django.setup(); print(*sys.modules)",
        ],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "medspa.settings"},
        check=True,
        capture_output=True,
        text=True,
    )
    loaded = {name.partition(".")[0] for name in said.stdout.split()}
    assert "leads" in loaded
    assert not LATER & loaded
