"""The script that makes the database's roles in a new volume, on a real server."""

import os
import subprocess

import psycopg
import pytest
from django.conf import settings
from psycopg import errors

from bench.scratch_server import HOST, PASSWORD, ScratchServer, scratch_home
from tests.in_memory import in_memory

COMPOSE_PASSWORDS = {"OWNER_PASSWORD": "of-the-owner", "SITE_PASSWORD": "of-'site"}


def test_only_the_owner_of_a_container_s_database_makes_tables_in_it() -> None:
    with scratch_home(in_memory()) as place:
        server = ScratchServer.create(place, "container")
        try:
            server.ask("DROP DATABASE medspa")
            server.ask("DROP ROLE medspa")
            make_roles(server)
            with signed_in(server, "medspa_owner", "of-the-owner") as owner:
                owner.execute("CREATE TABLE kept (id int)")
            with signed_in(server, "medspa", "of-'site") as site:
                for refused in ("SELECT * FROM kept", "CREATE TABLE own (id int)"):
                    with pytest.raises(errors.InsufficientPrivilege):
                        site.execute(refused)
                [rights] = site.execute(
                    "SELECT rolreplication, rolsuper, rolcreaterole,"
                    " pg_has_role('pg_monitor', 'USAGE')"
                    " FROM pg_roles WHERE rolname = current_user"
                )
                assert rights == (True, False, False, True)
        finally:
            server.kill()


def make_roles(server: ScratchServer) -> None:
    tools = server.home.programs / "bin"
    subprocess.run(
        [settings.BASE_DIR / "deploy" / "make-roles"],
        env=COMPOSE_PASSWORDS
        | {
            "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
            "PGHOST": HOST,
            "PGPORT": str(server.port),
            "PGPASSWORD": PASSWORD,
        },
        check=True,
    )


def signed_in(
    server: ScratchServer, role: str, password: str
) -> "psycopg.Connection[tuple[object, ...]]":
    return psycopg.connect(
        host=HOST,
        port=server.port,
        user=role,
        password=password,
        dbname="medspa",
        autocommit=True,
    )
