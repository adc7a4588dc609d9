"""The demo's worker: one that dies is replaced, and that is said."""

import os
from pathlib import Path

from medspa.demo.server import RESTART_SECONDS, working


def test_a_worker_that_ended_is_replaced_and_told(tmp_path: Path) -> None:
    (tmp_path / "manage.py").write_text("raise SystemExit(3)")
    lock = os.open(tmp_path / "lock", os.O_RDWR | os.O_CREAT)
    try:
        with working(tmp_path, lock) as [worker]:
            first = worker.process
            assert first.wait(30) == 3
            assert worker.keep() == ""  # not at once: it may end again and again
            worker.started_at -= RESTART_SECONDS
            assert worker.keep() == (
                "The worker has ended (exit code 3). Another one has started."
            )
            assert worker.process.pid != first.pid
    finally:
        os.close(lock)
    assert worker.process.poll() is not None
