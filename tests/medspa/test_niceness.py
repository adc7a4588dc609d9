"""The worker and the receiver leave the processor to pages, also under systemd."""

import os
import re
import subprocess
import sys

import pytest
from django.conf import settings

from medspa.process.niceness import NICENESS

TELL = "import os; print(os.getpriority(os.PRIO_PROCESS, 0))"
YIELD = "from medspa.process.niceness import yield_to_pages; yield_to_pages()"
# As systemd's SystemCallFilter: whoever asks for another priority is ended.
FORBID = """
import ctypes, platform, struct
number = {"x86_64": 141, "aarch64": 140}[platform.machine()]
steps = [(0x20, 0, 0, 0), (0x15, 0, 1, number), (0x06, 0, 0, 0x80000000),
    (0x06, 0, 0, 0x7FFF0000)]
code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *one) for one in steps))
program = struct.pack("HxxxxxxP", len(steps), ctypes.addressof(code))
libc = ctypes.CDLL(None, use_errno=True)
assert libc.prctl(38, 1, 0, 0, 0) == 0
assert libc.prctl(22, 2, program, 0, 0) == 0
"""
UNITS = settings.BASE_DIR / "deploy" / "systemd"


def run(*steps: str, niceness: int = 0) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["nice", "-n", str(niceness), sys.executable, "-c", "\n".join(steps)],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_process_yields_once_and_not_further() -> None:
    now = os.getpriority(os.PRIO_PROCESS, 0)
    assert run(YIELD, YIELD, TELL).stdout == f"{max(now, NICENESS)}\n"
    assert run(TELL, YIELD, TELL, niceness=12 - now).stdout == "12\n12\n"


def test_a_process_that_systemd_made_nice_asks_for_nothing_that_it_forbids() -> None:
    now = os.getpriority(os.PRIO_PROCESS, 0)
    nice = run(FORBID, YIELD, TELL, niceness=max(0, NICENESS - now))
    assert (nice.returncode, nice.stdout) == (0, f"{max(now, NICENESS)}\n"), nice.stderr
    if now < NICENESS:
        assert run(FORBID, YIELD).returncode < 0


@pytest.mark.parametrize("name", ["worker", "receiver"])
def test_units_whose_process_yields_start_it_so(name: str) -> None:
    text = (UNITS / f"medspa-{name}.service").read_text()
    assert re.findall(r"^Nice=(\d+)$", text, re.M) == [str(NICENESS)]
