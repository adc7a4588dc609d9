"""`python -m bench.crash --kills 60`: processes are killed while people work.

Writers send forms to gunicorn and a worker does bulk acts, on a PostgreSQL of this
run alone. One after the other a web worker, the job worker, a connection's process and
the whole database get SIGKILL. A form without an answer is sent again, as a browser
does. At the end every act that was acknowledged must be there, and there once.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from bench.crash.check import check
from bench.crash.processes import Clinic, Victim
from bench.crash.writers import Writers
from medspa.postgres.embedded.server import EmbeddedPostgres

PROJECT = Path(__file__).resolve().parent.parent.parent
WRITERS = 4
# After a kill so many acts must be acknowledged before the next one.
ACTS_BETWEEN = 15
COMES_BACK_WITHIN = 90
PAUSE = (0.5, 2.5)


@dataclass
class Run:
    """How often what was killed, and how long it took until work went on."""

    kills: dict[str, int] = field(default_factory=dict)
    pauses: list[float] = field(default_factory=list)

    @property
    def sentence(self) -> str:
        counted = ", ".join(f"{count} × {who}" for who, count in self.kills.items())
        return (
            f"{len(self.pauses)} kills ({counted}); work went on after "
            f"{sorted(self.pauses)[len(self.pauses) // 2]:.1f} s (median), "
            f"{max(self.pauses):.1f} s (longest)."
        )


def main() -> int:
    options = _options()
    with tempfile.TemporaryDirectory(prefix="medspa-crash-") as folder:
        # The database's own account, when this runs as root, must be able to enter.
        Path(folder).chmod(0o755)
        server = EmbeddedPostgres(Path(folder) / "postgres")
        server.start()
        try:
            return _run(server, Path(folder), options)
        finally:
            server.stop()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.crash", description=__doc__)
    parser.add_argument("--kills", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def _run(server: EmbeddedPostgres, folder: Path, options: argparse.Namespace) -> int:
    environment = _environment(server, folder)
    filled = _filled(environment)
    chance = random.Random(options.seed)
    with Clinic(PROJECT, server, environment) as clinic:
        writers = Writers(clinic.port, filled, options.seed)
        writers.start(WRITERS)
        run = _kill(clinic, writers, options.kills, chance)
        writers.stop()
        clinic.finish_jobs(filled["runs_within"])
    with psycopg.connect(server.url()) as connection:
        findings = check(connection, filled, writers.acts)
    print(run.sentence)
    print(findings.sentence)
    for line in findings.details:
        print(line)
    return int(findings.is_bad or not _is_verified(environment))


def _environment(server: EmbeddedPostgres, folder: Path) -> dict[str, str]:
    from medspa.demo.keys import demo_keys

    return {
        **os.environ,
        **demo_keys(folder),
        "DEBUG": "off",
        "ALLOWED_HOSTS": "testserver,127.0.0.1",
        "DATABASE_URL": server.url(),
        "DJANGO_SETTINGS_MODULE": "bench.settings",
    }


def _filled(environment: dict[str, str]) -> dict:
    manage = [sys.executable, str(PROJECT / "manage.py")]
    subprocess.run([*manage, "migrate", "-v0"], env=environment, check=True)
    answer = subprocess.run(
        [sys.executable, "-m", "bench.crash.filling", str(WRITERS)],
        cwd=PROJECT,
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return json.loads(answer.stdout.splitlines()[-1])


def _kill(clinic: Clinic, writers: Writers, kills: int, chance: random.Random) -> Run:
    run = Run()
    writers.await_acts(ACTS_BETWEEN, COMES_BACK_WITHIN)
    victims: list[Victim] = []
    while len(run.pauses) < kills:
        time.sleep(chance.uniform(*PAUSE))
        victims = victims or chance.sample(list(Victim), len(Victim))
        victim = victims.pop()
        if not clinic.kill(victim, chance):
            continue
        run.kills[victim] = run.kills.get(victim, 0) + 1
        print(f"{len(run.pauses) + 1}: {victim}", end=" ", file=sys.stderr, flush=True)
        run.pauses.append(writers.await_acts(ACTS_BETWEEN, COMES_BACK_WITHIN))
        print(f"{run.pauses[-1]:.1f} s", file=sys.stderr, flush=True)
    return run


def _is_verified(environment: dict[str, str]) -> bool:
    """The project's own proofs of its totals and sums."""
    manage = [sys.executable, str(PROJECT / "manage.py")]
    results = [
        subprocess.run([*manage, command], env=environment, check=False).returncode
        for command in ("verify_totals", "verify_kpis")
    ]
    return not any(results)


if __name__ == "__main__":
    sys.exit(main())
