"""`manage.py devdb` says what it cannot do in one line."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from medspa.postgres.embedded import EmbeddedPostgres


def test_with_database_url_there_is_nothing_to_start(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://crm@db.example.com/crm")
    with pytest.raises(CommandError, match="DATABASE_URL names another server"):
        call_command("devdb", "start")
    call_command("devdb", "--unless-external", "start")


def test_a_failure_of_the_server_is_one_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setattr(
        "medspa.management.commands.devdb.EMBEDDED", EmbeddedPostgres(tmp_path / "db")
    )
    with pytest.raises(CommandError, match=r"No database yet.*devdb start"):
        call_command("devdb", "psql")


def test_only_psql_takes_arguments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    with pytest.raises(CommandError, match="takes nothing more"):
        call_command("devdb", "status", "please")
