"""`manage.py recovery_sheet`: the page that is printed, as a file."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.safekeeping.backups.cluster import ESCROW, OWNER, SIGNING_KEY

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _configured(settings: Any, tmp_path: Path) -> None:
    settings.BACKUP_DIR = str(tmp_path)
    settings.BACKUP_RECIPIENTS = [str(key.to_public()) for key in (OWNER, ESCROW)]
    settings.BACKUP_SIGNING_KEY = SIGNING_KEY


def test_the_sheet_is_a_file_that_only_its_maker_can_read(tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.html"
    call_command("recovery_sheet", str(sheet))
    assert str(OWNER.to_public()) in sheet.read_text()
    assert sheet.stat().st_mode & 0o777 == 0o600


def test_a_place_that_can_not_be_written_is_told_without_a_traceback(
    tmp_path: Path,
) -> None:
    for place in (tmp_path, tmp_path / "away" / "sheet.html"):
        with pytest.raises(CommandError, match=re.escape(f"{place} can't be written")):
            call_command("recovery_sheet", str(place))
