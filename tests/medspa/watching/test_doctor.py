"""`manage.py doctor` says in sentences how the site is, and ends with how bad it is."""

import io
import json

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from pytest_django import Settings

from medspa.health.lines import HealthLine, Severity
from medspa.health.reading import worst
from medspa.health.version import VERSION, version_in
from medspa.management.commands.doctor import as_text
from tests.job_runs import live_worker


def doctor(*arguments: str) -> tuple[int, str]:
    out = io.StringIO()
    try:
        call_command("doctor", "--offline", *arguments, stdout=out)
    except SystemExit as end:
        return int(end.code or 0), out.getvalue()
    return 0, out.getvalue()


@pytest.fixture
def real_site(db: None, settings: Settings) -> None:
    """As well as a computer without a disk of its own can be."""
    settings.SECURE_HSTS_SECONDS, settings.SITE_URL = 60, "https://crm.example.com"
    settings.EMAIL_URL = "smtp://127.0.0.1:9"
    settings.ALERT_EMAILS = ["it@example.com"]
    settings.DEADMAN_PING_URL = "https://ping.example.com/1"
    settings.DISK_ENCRYPTED_BY_PROVIDER = True
    live_worker()


def found(text: str) -> dict[str, str]:
    return {line["name"]: line["severity"] for line in json.loads(text)["lines"]}


def test_it_tells_all_groups_in_order_and_what_to_do(db: None) -> None:
    code, text = doctor()
    assert code == 2
    headings = [line for line in text.splitlines() if line and line[0] not in " 0123"]
    assert headings == sorted(set(headings), key=headings.index)
    assert "  error   Worker: Not running. Jobs waiting: 0.\n" in text
    assert "          → Start `manage.py worker`.\n" in text
    assert f"  ok      Version: {VERSION}." in text


def test_the_exit_code_is_the_worst_that_was_found(real_site: None) -> None:
    code, text = doctor("--json")
    levels = found(text)
    assert levels["Worker"] == levels["Email"] == "ok"
    # How full the disk is and how the clock is set is this computer's business;
    # nothing was backed up yet.
    assert code == max(Severity[level.upper()] for level in levels.values())
    assert {name for name, level in levels.items() if level != "ok"} <= {
        "Disk",
        "Files",
        "Time server",
        "Last backup",
        "Last proven restore",
        "Archived log",
        "Database role",
        "Database's disk",
    }
    MigrationRecorder.Migration.objects.filter(app="medspa").last().delete()  # type: ignore[union-attr]
    code, text = doctor("--json")
    assert (code, found(text)["Tables"]) == (2, "error")
    assert "Worker" not in found(text), "its tables may be missing"


def test_without_a_database_it_still_says_what_it_can(db: None) -> None:
    def away(*args: object) -> None:
        raise OperationalError

    with connection.execute_wrapper(away):
        code, text = doctor("--json")
    assert code == 2
    assert found(text)["Database"] == "error"
    assert {"Version", "Files", "Disk", "Settings"} <= set(found(text))
    assert "Worker" not in found(text)


def test_the_last_line_counts() -> None:
    fine = HealthLine("A", "Fine.")
    lines = [
        HealthLine(name, "Bad.", severity, "Do it.")
        for name, severity in (("B", Severity.WARNING), ("C", Severity.ERROR))
    ]
    assert as_text([fine]).endswith("\n\nEverything is fine.")
    assert as_text([fine, *lines]).endswith("\n\n1 error and 1 warning.")
    assert as_text([fine, lines[0], lines[0]]).endswith("\n\n2 warnings.")
    assert worst([]) is Severity.OK


@pytest.mark.parametrize(
    ("changelog", "version"),
    [
        ("# Changelog\n\n## 1.2.3\n\n- A\n\n## 1.2.2\n", "1.2.3"),
        ("# Changelog\n\n## Unreleased\n\n- B\n\n## 1.2.3\n", "1.2.3+unreleased"),
        ("", "0"),
    ],
)
def test_the_version_is_the_newest_in_the_changelog(
    changelog: str, version: str
) -> None:
    assert version_in(changelog) == version


def test_the_package_has_the_same_version(settings: Settings) -> None:
    text = (settings.BASE_DIR / "pyproject.toml").read_text()
    assert f'version = "{VERSION.partition("+")[0]}"' in text
