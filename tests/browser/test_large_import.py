"""A large file: chosen, watched, left, come back to, its failed rows saved."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from leads.models import Lead
from medspa.roles import MANAGER
from tests.browser.accessibility import faults
from tests.job_runs import work_meanwhile
from tests.leads.intake.test_large_import import MIXED, file_of

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 30_000


@pytest.mark.parametrize(("width", "dark"), [(1440, False), (390, True)])
def test_a_large_file_is_imported_while_one_does_something_else(
    width: int,
    dark: bool,
    login_as: Callable[..., Page],
    live_server: object,
    tmp_path: Path,
) -> None:
    call_command("loaddata", "pipeline_stages", "tags", verbosity=0)
    file = tmp_path / "leads.csv"
    file.write_text(file_of(600, *MIXED))
    window = login_as(MANAGER, width=width, dark=dark)
    mistakes: list[str] = []
    window.on("pageerror", lambda error: mistakes.append(str(error)))
    window.goto("/leads/import/")
    window.get_by_label("File", exact=True).set_input_files(file)
    expect(window.get_by_text("the first 500 of 604 rows")).to_be_visible()
    assert not faults(window)
    window.get_by_role("button", name="Import").click()
    expect(window.get_by_text("Waiting: no worker is running.")).to_be_visible()
    window.goto("/leads/today/")
    window.goto("/runs/")
    window.get_by_role("link", name="Import 604 rows: Spreadsheet").click()
    with work_meanwhile():
        expect(window.get_by_text("600 created")).to_be_visible(timeout=PATIENCE)
    assert not faults(window)
    with window.expect_download() as failed:
        window.get_by_role("button", name="Download failed rows (CSV)").click()
    assert "me@nowhere" in Path(failed.value.path()).read_text()
    assert Lead.objects.count() == 600
    assert mistakes == []
