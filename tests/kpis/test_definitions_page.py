"""docs/kpis.md says what the definitions say."""

import io
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

from kpis.metrics import definitions
from kpis.metrics.definitions.page import TABLES


def test_the_page_is_what_the_command_prints() -> None:
    output = io.StringIO()
    call_command("kpi_definitions", stdout=output)
    assert (Path(settings.BASE_DIR) / "docs/kpis.md").read_text() == output.getvalue()


def test_every_table_of_definitions_is_on_the_page() -> None:
    tables = [value for value in vars(definitions).values() if isinstance(value, dict)]
    known = [table for table in tables if "__name__" not in table]
    assert len(known) == len(TABLES)
    assert all(table in TABLES.values() for table in known)
