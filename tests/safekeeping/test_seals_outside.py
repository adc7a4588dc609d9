"""The seals are stored beside the backups, and checked in a restored database."""

from pathlib import Path

import pytest
from django.db import connection

from safekeeping.backups.storage.destinations import DestinationFailed
from safekeeping.backups.storage.folder import FolderDestination
from safekeeping.models import Seal
from safekeeping.seals.outside import restored_seals, store_in
from safekeeping.seals.verifying import check_export
from tests.factories import LeadFactory
from tests.safekeeping.sealed import seal_all


@pytest.fixture
def sealed(transactional_db: None) -> None:
    LeadFactory()
    seal_all()


def test_what_is_stored_beside_the_backups_proves_the_seals(
    sealed: None, tmp_path: Path
) -> None:
    store_in([FolderDestination(tmp_path)])
    [file] = (tmp_path / "seals").iterdir()
    lines = file.read_text().splitlines()
    assert len(lines) == Seal.objects.count() > 0
    assert list(check_export(lines)) == []


def test_a_place_that_is_away_holds_no_other_up_and_gets_its_file_later(
    sealed: None, tmp_path: Path
) -> None:
    away, here = tmp_path / "away", tmp_path / "here"
    away.write_text("no folder")
    places = [FolderDestination(away), FolderDestination(here)]
    with pytest.raises(DestinationFailed):
        store_in(places)
    [file] = (here / "seals").iterdir()
    first = file.read_bytes()
    away.unlink()
    LeadFactory()
    seal_all()
    store_in(places)
    assert [path.name for path in (away / "seals").iterdir()] == [file.name]
    assert file.read_bytes() == first, "once a day"


def test_a_drill_finds_a_changed_seal(sealed: None) -> None:
    assert restored_seals().is_right
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE safekeeping_seal DISABLE TRIGGER USER")
        cursor.execute("UPDATE safekeeping_seal SET counts = '{}'")
        cursor.execute("ALTER TABLE safekeeping_seal ENABLE TRIGGER USER")
    assert not restored_seals().is_right
