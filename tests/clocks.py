"""The tests at hours that seldom come: `python -m tests.clocks leap_day tests/kpis`.

Python and PostgreSQL are both told another time by libfaketime (Debian and Ubuntu:
`apt-get install faketime`). The clock is set once and runs on from there, for every
process alike. The server is one of its own, in `var/test_clocks`.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from django.conf import settings

from medspa.clinic_time import clinic_zone
from medspa.postgres.embedded import connection, home
from medspa.postgres.embedded.server import SETTINGS, EmbeddedPostgres

CLOCKS = {
    "leap_day": datetime(2028, 2, 29, 12, 0),  # noqa: DTZ001 (the clinic's own time)
    "spring_forward": datetime(2027, 3, 14, 1, 58),  # noqa: DTZ001
    "new_years_eve": datetime(2026, 12, 31, 23, 50),  # noqa: DTZ001
}
LIBRARIES = (
    "/usr/lib/*/faketime/libfaketimeMT.so.1",
    "/usr/lib*/faketime/libfaketimeMT.so.1",
    "/opt/homebrew/lib/faketime/libfaketimeMT.so.1",
)
# Chromium keeps its own time, and these start servers of their own by the true clock.
LEFT_OUT = (
    "tests/browser",
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
    told = faked(clock.replace(tzinfo=clinic_zone()).timestamp())
    with server(told) as url:
        command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider"]
        command += [f"--ignore={path}" for path in LEFT_OUT]
        environment = os.environ | told | {"DEBUG": "on", "DATABASE_URL": url}
        return subprocess.call([*command, *arguments], env=environment)


def faked(timestamp: float) -> dict[str, str]:
    """The environment in which it is `timestamp` now."""
    library = next(
        (
            str(path)
            for where in LIBRARIES
            for path in sorted(Path("/").glob(where[1:]))
        ),
        None,
    )
    if library is None:
        sys.exit("libfaketime is missing: apt-get install faketime")
    return {
        "LD_PRELOAD": library,
        # A distance, not a moment: each process would begin at the moment anew.
        "FAKETIME": f"{timestamp - time.time():+.0f}",
        # Waiting and measuring keep to the true clock.
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }


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
