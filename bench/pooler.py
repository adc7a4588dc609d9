"""PgBouncer with the configuration of deploy/, before a server of one run alone."""

import subprocess
from collections.abc import Iterator, Mapping
from configparser import RawConfigParser
from contextlib import contextmanager
from pathlib import Path

from bench.scratch_server import wait_for_port
from medspa.postgres.embedded.connection import HOST, free_port
from medspa.postgres.embedded.home import Home

DEPLOYED = Path(__file__).resolve().parent.parent / "deploy" / "pgbouncer.ini"


@contextmanager
def pooler(
    program: Path, place: Home, server: Mapping[str, str], sizes: Mapping[str, int]
) -> Iterator[int]:
    """The port on which it listens.

    `server` has host, port, dbname, user and password; `sizes` the databases that
    clients may name, each with the most connections that the server gets for it.
    """
    port = free_port(place.folder / "pgbouncer")
    users = place.folder / "userlist.txt"
    users.write_text(f'"{server["user"]}" "{server["password"]}"\n')
    ini = place.folder / "pgbouncer.ini"
    ini.write_text(_configuration(server, sizes, users, port))
    account = place.account
    if account:
        for path in (users, ini):
            account.chown(path)
    running = subprocess.Popen(
        [program, "--quiet", ini],
        stderr=subprocess.DEVNULL,
        user=account.user if account else None,
        group=account.group if account else None,
        extra_groups=[] if account else None,
    )
    try:
        wait_for_port(running, port)
        yield port
    finally:
        running.kill()
        running.wait()


def _configuration(
    server: Mapping[str, str], sizes: Mapping[str, int], users: Path, port: int
) -> str:
    """The deployed one, with other places and names."""
    deployed = RawConfigParser()
    deployed.read(DEPLOYED)
    _, connect_query = deployed["databases"]["medspa"].split(" connect_query=")
    place = " ".join(f"{name}={server[name]}" for name in ("host", "port", "dbname"))
    databases = [
        f"{name} = {place} pool_size={size} connect_query={connect_query}"
        for name, size in sizes.items()
    ]
    ours = dict(deployed["pgbouncer"]) | {
        "listen_addr": HOST,
        "listen_port": port,
        "auth_file": users,
        "unix_socket_dir": "",
    }
    settings = [f"{name} = {value}" for name, value in ours.items()]
    return "\n".join(["[databases]", *databases, "[pgbouncer]", *settings, ""])
