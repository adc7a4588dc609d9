"""The tests at hours that seldom come: `python -m tests.clocks leap_day tests/kpis`.

Python and PostgreSQL are both told another time by a small library in C, which is
compiled at each run. The clock is set once and runs on from there, for every process
alike. The server is one of its own, in `var/test_clocks`.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings

from medspa.clinic.current import known_clinic
from medspa.postgres.embedded import connection, home
from medspa.postgres.embedded.server import SETTINGS, EmbeddedPostgres

CLOCKS = {
    "leap_day": datetime(2028, 2, 29, 12, 0),  # noqa: DTZ001 (the clinic's own time)
    "spring_forward": datetime(2027, 3, 14, 1, 58),  # noqa: DTZ001
    "new_years_eve": datetime(2026, 12, 31, 23, 50),  # noqa: DTZ001
}
# Chromium and programs in Go (Caddy, etcd) keep their own time, and the rest start
# servers of PostgreSQL by the true clock.
LEFT_OUT = (
    "tests/browser",
    "tests/deploy/test_failover.py",
    "tests/deploy/test_replica.py",
    "tests/deployment/test_followed.py",
    "tests/medspa/test_proxy.py",
    "tests/medspa/test_receiver.py",
    "tests/safekeeping/backups/test_drill.py",
    "tests/safekeeping/backups/test_seals_on_another_server.py",
    "tests/medspa/test_embedded_postgres.py",
    "tests/medspa/test_devdb_command.py",
    "tests/medspa/test_demo_command.py",
)


def main(arguments: list[str]) -> int:
    names = [name for name in arguments if name in CLOCKS]
    rest = [argument for argument in arguments if argument not in CLOCKS]
    failed = []
    for name in names or CLOCKS:
        print(f"\n== {name}: {CLOCKS[name]:%a, %b %d, %Y, %H:%M}", flush=True)  # noqa: T201
        if run(CLOCKS[name], rest):
            failed.append(name)
    print(f"\nFailed: {', '.join(failed)}" if failed else "\nAll clocks passed.")  # noqa: T201
    return 1 if failed else 0


def run(clock: datetime, arguments: list[str]) -> int:
    timestamp = clock.replace(tzinfo=known_clinic().zone).timestamp()
    with shifted(timestamp) as told, server(told) as url:
        command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider"]
        command += [f"--ignore={path}" for path in LEFT_OUT]
        environment = os.environ | told | {"DEBUG": "on", "DATABASE_URL": url}
        environment["BACKUP_DATABASE_URL"] = url  # its owner may replicate
        # What another clock's run migrated may have been made later than now.
        environment["TEST_TEMPLATE_DIGEST"] = f"clock_{time.time():.0f}"
        return subprocess.call([*command, *arguments], env=environment)


@contextmanager
def shifted(timestamp: float) -> Iterator[dict[str, str]]:
    """The environment in which it is `timestamp` now."""
    compiler = shutil.which("cc")
    if compiler is None:
        sys.exit("A C compiler is missing: apt-get install gcc libc6-dev")
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)  # PostgreSQL may run as somebody else
        library = Path(folder) / "clock_shift.so"
        source = Path(__file__).with_name("clock_shift.c")
        subprocess.run(
            [compiler, "-shared", "-fPIC", "-O2", "-o", library, source], check=True
        )
        # A distance, not a moment: each process would begin at the moment anew.
        shift = f"{timestamp - time.time():.0f}"
        yield {"LD_PRELOAD": str(library), "CLOCK_SHIFT": shift}


@contextmanager
def server(told: dict[str, str]) -> Iterator[str]:
    """A PostgreSQL that has the time of `told`; its address."""
    folder = settings.BASE_DIR / "var" / "test_clocks"
    embedded = EmbeddedPostgres(folder)
    embedded.start()  # makes its data and chooses a free port
    embedded.stop()
    place = home.resolve(folder, connection.load_or_create(folder).home_id)
    options = SETTINGS | {"port": str(embedded.port), "fsync": "off"}
    try:
        subprocess.run(
            [
                place.programs / "bin" / "pg_ctl",
                "start",
                "--wait",
                f"--pgdata={place.data}",
                f"--log={place.log}",
                "--options",
                " ".join(f"-c {name}={value}" for name, value in options.items()),
            ],
            check=True,
            cwd="/",
            env={"PATH": os.defpath, "LC_ALL": "C", **told},
            stdout=subprocess.DEVNULL,
            user=place.account.user if place.account else None,
            group=place.account.group if place.account else None,
            extra_groups=[] if place.account else None,
        )
        yield embedded.url()
    finally:
        embedded.stop()


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "medspa.settings")
    django.setup()
    sys.exit(main(sys.argv[1:]))
