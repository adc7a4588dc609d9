"""Whether the server of a data folder runs.

Its pid file alone doesn't say: after a crash the number in it may be another program's.
"""

import contextlib
import hashlib
import os
import signal
import time
from collections.abc import Callable, Iterable
from pathlib import Path

# Of the processes here we read the command lines, which every user may read: even root,
# in a container, may not be allowed to see another user's working directory.
PROCESSES = Path("/proc")


class Postmaster:
    """The server process of the data folder `data`, running or not."""

    def __init__(self, data: Path) -> None:
        self.data = data.resolve()

    @property
    def cluster_name(self) -> str:
        """PostgreSQL puts it into the process titles of the server's children."""
        return "medspa-" + hashlib.sha256(os.fsencode(self.data)).hexdigest()[:12]

    @property
    def pid(self) -> int | None:
        """The living server's process id.

        After a crash or a restart of the computer the number in postmaster.pid may be
        free, a zombie's, or another program's.
        """
        lines = self._pid_file()
        pid = int(lines[0]) if lines and lines[0].isdigit() else None
        return pid if pid and self._is_server(pid) else None

    @property
    def port(self) -> int | None:
        lines = self._pid_file()
        return int(lines[3]) if len(lines) > 3 and lines[3].isdigit() else None

    @property
    def is_ready(self) -> bool:
        lines = self._pid_file()
        return self.pid is not None and len(lines) > 7 and lines[7].strip() == "ready"

    @property
    def runs_from_removed_programs(self) -> bool:
        """Whether the checkout was moved or its environment rebuilt since the start."""
        pid = self.pid
        command = _command_line(pid) if pid else []
        return bool(command) and not Path(command[0]).exists()

    def await_ready(self, seconds: float) -> bool:
        """Wait while the server starts; after a crash it may replay its log first."""
        return _wait_until(lambda: self.is_ready or self.pid is None, seconds) and (
            self.is_ready
        )

    def halt(self) -> None:
        """End the server, or what a killed server left behind.

        A backend in the middle of a long query outlives its killed server and holds
        the shared memory that the next one asks for.
        """
        if (pid := self.pid) is not None:
            _signal([pid], signal.SIGINT)
            _wait_until(lambda: not self._is_server(pid), seconds=30)
        for stronger in (signal.SIGQUIT, signal.SIGKILL):
            if processes := self._processes():
                _signal(processes, stronger)
                _wait_until(lambda: not self._processes(), seconds=5)
        # Otherwise the next server takes any process with this number for a server.
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _pid_file(self) -> list[str]:
        try:
            return (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return []

    def _processes(self) -> list[int]:
        """The server and its children, as long as they live."""
        title = f"postgres: {self.cluster_name}: "
        pids = [int(path.name) for path in PROCESSES.glob("[0-9]*")]
        return [
            pid
            for pid in pids
            if self._is_server(pid) or " ".join(_command_line(pid)).startswith(title)
        ]

    def _is_server(self, pid: int) -> bool:
        if not PROCESSES.is_dir():
            return _exists(pid)  # macOS: nothing else can be read
        command = _command_line(pid)
        return (
            len(command) > 1
            and Path(command[0]).name == "postgres"
            and (str(self.data) in command or _works_in(pid, self.data))
        )


def _command_line(pid: int) -> list[str]:
    """The process's arguments; none if it is gone or a zombie."""
    try:
        raw = (PROCESSES / str(pid) / "cmdline").read_bytes()
    except OSError:
        return []
    return [os.fsdecode(part) for part in raw.rstrip(b"\0").split(b"\0")]


def _works_in(pid: int, folder: Path) -> bool:
    """Finds a server whose folder was renamed under it, where we may look."""
    try:
        return (PROCESSES / str(pid) / "cwd").readlink() == folder
    except OSError:
        return False


def _signal(pids: Iterable[int], with_signal: signal.Signals) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, with_signal)


def _wait_until(is_true: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not is_true():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def _exists(pid: int) -> bool:
    with contextlib.suppress(PermissionError):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
    return True
