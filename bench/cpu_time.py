"""Two ways of doing the same, by turns: time by the clock, and of the CPU.

CPU time is that of this process and of its connection's server process. It hardly
depends on what else the computer does.
"""

import os
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from statistics import median

from django.db import connection

# With it and without it: seconds by the clock and of the CPU.
Took = dict[bool, list[tuple[float, float]]]
TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


def cpu_seconds() -> float:
    """Until now, of both; what the server's other processes do is not in it."""
    connection.ensure_connection()
    pid = connection.connection.info.backend_pid
    return time.process_time() + _seconds_of_backend(pid)


def cpu_of(pids: Iterable[int]) -> float:
    """Seconds that these processes have used until now."""
    return sum(_seconds_of_process(pid) for pid in pids)


def descendants(pid: int) -> list[int]:
    """The processes that this one started, and those that they did."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = path.read_text().rpartition(")")[2].split()
            parents[int(path.parent.name)] = int(fields[1])
    found, new = [], [pid]
    while new:
        new = [child for child, parent in parents.items() if parent in new]
        found += new
    return found


def _seconds_of_backend(pid: int) -> float:
    """Of its one thread, by the scheduler's nanoseconds where the kernel has them."""
    with suppress(OSError):
        return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9
    return _seconds_of_process(pid)


def _seconds_of_process(pid: int) -> float:
    """Of all its threads, by ticks of the scheduler."""
    text = Path(f"/proc/{pid}/stat").read_text()
    # utime and stime are the 14th and 15th fields; the second may hold spaces.
    user, system = text.rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / TICKS_A_SECOND


def other_backends() -> list[int]:
    """The server's processes for all connections to this database but our own."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        return [pid for (pid,) in cursor.fetchall()]


def seconds_of(act: Callable[[], object]) -> tuple[float, float]:
    began, cpu_began = time.perf_counter(), cpu_seconds()
    act()
    return time.perf_counter() - began, cpu_seconds() - cpu_began


def tell_pairs(name: str, way: str, took: Took) -> None:
    for place, unit in enumerate(("by the clock", "of the CPU")):
        with_it, without = (
            [one[place] for one in took[is_so]] for is_so in (True, False)
        )
        ratio = median(a / b for a, b in zip(with_it, without, strict=True))
        print(
            f"{name}, {unit}: {median(with_it) * 1000:,.0f} ms {way}, "
            f"{median(without) * 1000:,.0f} ms not "
            f"({median(with_it) / median(without) - 1:+.1%}; median of "
            f"{len(with_it)} pairs {ratio - 1:+.1%})",
            flush=True,
        )
