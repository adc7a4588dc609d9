"""The embedded server: whatever dies, the next start works."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from django.db import connection as db_connection

from medspa.management.commands.migrate import make_sure_it_runs
from medspa.postgres.embedded import (
    EmbeddedPostgres,
    EmbeddedPostgresError,
    connection,
    home,
    programs,
)
from medspa.postgres.embedded.connection import load_or_create
from tests.in_memory import in_memory

START = """
import sys
from pathlib import Path
from medspa.postgres.embedded import (EmbeddedPostgres, home)
home.OUTSIDE = Path(sys.argv[2])
server = EmbeddedPostgres(Path(sys.argv[1]))
print(server.start(), server.url())
"""


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A folder that the server's account may enter (pytest's own are closed)."""
    folder = Path(tempfile.mkdtemp(prefix="medspa-test-", dir=in_memory()))
    folder.chmod(0o711)
    with pytest.MonkeyPatch.context() as monkeypatch:
        # A checkout under a closed folder puts its servers there.
        monkeypatch.setattr(home, "OUTSIDE", folder / "outside")
        yield folder
    shutil.rmtree(folder)


@pytest.fixture
def server(folder: Path) -> Iterator[EmbeddedPostgres]:
    """A stopped server; its data is the same in each test."""
    server = EmbeddedPostgres(folder / "postgres")
    yield server
    server.stop()


@pytest.fixture
def new_server(
    folder: Path, request: pytest.FixtureRequest
) -> Iterator[EmbeddedPostgres]:
    server = EmbeddedPostgres(folder / request.node.name)
    yield server
    server.stop()


def start_elsewhere(server: EmbeddedPostgres) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", START, server.folder, home.OUTSIDE],
        stdout=subprocess.PIPE,
        text=True,
    )


def run(server: EmbeddedPostgres, sql: str) -> list[tuple]:
    with psycopg.connect(server.url(), autocommit=True) as client:
        cursor = client.execute(sql)
        return cursor.fetchall() if cursor.description else []


def keep_a_row(server: EmbeddedPostgres) -> None:
    run(server, "DROP TABLE IF EXISTS kept")
    run(server, "CREATE TABLE kept AS SELECT 1 AS one")


def until(is_true: Callable[[], object]) -> None:
    deadline = time.monotonic() + 20
    while not is_true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def process_of(server: EmbeddedPostgres) -> int:
    postmaster = server._postmaster()
    assert postmaster
    assert postmaster.pid
    return postmaster.pid


def leftovers(server: EmbeddedPostgres) -> list[Path]:
    homes = (server.folder, home.OUTSIDE / load_or_create(server.folder).home_id)
    return [path for place in homes for path in place.glob("data.new-*")]


def test_data_survives_stop_and_start(server: EmbeddedPostgres) -> None:
    url = server.url()
    assert server.start()
    assert not server.start()
    assert server.url() == url
    assert server.port < 32_768
    keep_a_row(server)
    assert server.stop()
    assert not server.stop()
    assert not server.is_running()
    server.start()
    assert run(server, "SELECT one FROM kept") == [(1,)]


def test_the_server_is_postgresql_with_an_ordinary_role(
    server: EmbeddedPostgres,
) -> None:
    server.start()
    [(version, encoding, provider, locale)] = run(
        server,
        "SELECT current_setting('server_version_num')::int,"
        " pg_encoding_to_char(encoding), datlocprovider, datlocale"
        " FROM pg_database WHERE datname = current_database()",
    )
    assert version >= 150_000
    assert (encoding, provider, locale) == ("UTF8", "b", "C.UTF-8")
    assert run(
        server, "SELECT rolsuper, rolcreatedb FROM pg_roles WHERE rolname = 'medspa'"
    ) == [(False, True)]


def test_nobody_enters_without_the_password(server: EmbeddedPostgres) -> None:
    server.start()
    password = load_or_create(server.folder).password
    for role in ("medspa", "postgres"):
        url = server.url().replace("medspa:", f"{role}:").replace(password, "guess")
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(url)
    secrets = server.folder / "connection.json"
    assert secrets.stat().st_mode & 0o777 == 0o600


def test_a_killed_server_starts_again_beside_its_orphans(
    server: EmbeddedPostgres,
) -> None:
    server.start()
    keep_a_row(server)
    busy = psycopg.connect(server.url())
    # Long enough to outlive its server, which it notices only between two steps.
    busy.pgconn.send_query(b"SELECT count(*) FROM generate_series(1, 10000000000)")
    killed = process_of(server)
    os.kill(killed, signal.SIGKILL)
    until(lambda: not server.is_running())
    assert server.start()
    assert process_of(server) != killed
    assert run(server, "SELECT one FROM kept") == [(1,)]
    busy.close()


def test_a_pid_file_that_names_another_program_is_stale(
    server: EmbeddedPostgres,
) -> None:
    server.start()
    postmaster = server._postmaster()
    assert postmaster
    pid_file = postmaster.data / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    server.stop()
    pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]))
    assert not server.is_running()
    assert not server.stop()
    assert server.start()


def test_a_start_killed_while_it_makes_the_data_leaves_only_leftovers(
    new_server: EmbeddedPostgres,
) -> None:
    with start_elsewhere(new_server) as other:
        until(lambda: leftovers(new_server))
        other.kill()
    assert not new_server.is_running()
    assert new_server.start()
    assert run(new_server, "SELECT 1") == [(1,)]
    assert not leftovers(new_server)


def test_starts_at_once_agree(new_server: EmbeddedPostgres) -> None:
    others = [start_elsewhere(new_server) for _ in range(3)]
    answers = [other.communicate()[0].split() for other in others]
    assert sorted(started for started, _ in answers) == ["False", "False", "True"]
    assert {url for _, url in answers} == {new_server.url()}


def test_a_folder_that_moves_takes_its_server_along(
    new_server: EmbeddedPostgres, folder: Path
) -> None:
    new_server.start()
    keep_a_row(new_server)
    moved = EmbeddedPostgres(new_server.folder.rename(folder / "moved"))
    try:
        moved.start()
        assert run(moved, "SELECT one FROM kept") == [(1,)]
        assert moved.stop()
    finally:
        moved.stop()


def test_a_server_whose_programs_were_removed_starts_anew(
    new_server: EmbeddedPostgres, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after `make install` with another version of the wheel."""
    old = folder / "old environment"
    old.mkdir(mode=0o755)
    with monkeypatch.context() as patch:
        copy = programs.copy_to(old)
        patch.setattr(programs, "installed", lambda: copy)
        new_server.start()
        keep_a_row(new_server)
    shutil.rmtree(old)
    assert new_server.start()
    assert run(new_server, "SELECT one FROM kept") == [(1,)]


def test_a_port_that_is_taken_is_left_alone(server: EmbeddedPostgres) -> None:
    url = server.url()
    with socket.create_server(("127.0.0.1", server.port)):
        server.start()
        assert server.url() != url
        assert run(server, "SELECT 1") == [(1,)]


def test_a_password_file_with_another_password_counts(server: EmbeddedPostgres) -> None:
    server.start()
    keep_a_row(server)
    lost = load_or_create(server.folder)
    connection.save(server.folder, replace(lost, password="new"))
    assert server.start()
    assert run(server, "SELECT one FROM kept") == [(1,)]


def test_a_server_started_for_a_block_stops_after_the_last_of_them(
    server: EmbeddedPostgres,
) -> None:
    with server.in_use():
        with server.in_use():
            pass
        assert server.is_running()
    assert not server.is_running()


def test_a_server_started_to_stay_stays(server: EmbeddedPostgres) -> None:
    server.start()
    with server.in_use():
        pass
    assert server.is_running()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root lends the server an account")
def test_migrate_starts_it_and_leaves_a_running_one_alone(
    server: EmbeddedPostgres,
) -> None:
    before = db_connection.settings_dict["PORT"]
    try:
        assert make_sure_it_runs(server)
        assert db_connection.settings_dict["PORT"] == server.port
        assert not make_sure_it_runs(server)
    finally:
        db_connection.settings_dict["PORT"] = before


def test_root_keeps_its_folders_closed_and_the_server_lives_outside(
    folder: Path, tmp_path: Path
) -> None:
    tmp_path.chmod(0o700)
    server = EmbeddedPostgres(tmp_path / "checkout" / "var" / "postgres")
    try:
        server.start()
        assert run(server, "SELECT 1") == [(1,)]
        assert str(folder / "outside") in server.status()
        assert tmp_path.stat().st_mode & 0o777 == 0o700
        owner = Path(f"/proc/{process_of(server)}").stat().st_uid
        assert owner != 0
    finally:
        server.stop()


def test_an_unusable_folder_is_refused_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(EmbeddedPostgresError, match=r"cannot use .* set DATABASE_URL"):
        EmbeddedPostgres(tmp_path / "file" / "postgres").start()


def test_first_starts_at_once_choose_one_password(tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        for attempt in range(200):
            folder = tmp_path / str(attempt)
            chosen = {one.password for one in pool.map(load_or_create, [folder] * 4)}
            assert chosen == {load_or_create(folder).password}
