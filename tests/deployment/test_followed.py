"""The documents, block by block: a new site, an upgrade, back, a restore."""

import re
import shutil
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.db.migrations.loader import MigrationLoader

from tests.deployment.real_site import check_site
from tests.deployment.sandbox import HOST, Sandbox, blocks, exported, sandboxed

INSTALL, OPERATE = "deployment.md", "operations.md"
NEXT_MIGRATION = """
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("campaigns", "%s")]
    operations = [migrations.RunSQL("CREATE TABLE of_the_next_version (id int)")]
"""
# What a doctor may find on the computer under the test, whatever the site is like. A
# certificate that Caddy makes for a trial is good for twelve hours.
OF_THIS_COMPUTER = {"Disk", "Database's disk", "Time server", "Certificate"}
SECONDS_TO_GET_WELL = 120
NEW_YORK = ZoneInfo("America/New_York")


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with sandboxed() as made:
        yield made


def make_keys(sandbox: Sandbox) -> None:
    said = sandbox.follow(INSTALL, "1")
    owner, escrow = re.findall(r"Public key: (age1\w+)", said)
    sandbox.values |= {"OWNER_KEY": owner, "ESCROW_KEY": escrow}


def carry_identity(sandbox: Sandbox) -> None:
    """What scp does."""
    shutil.copy(sandbox.folder / "owner.txt", sandbox.values["IDENTITY"])


def tables(sandbox: Sandbox) -> set[object]:
    found = sandbox.ask("SELECT relname FROM pg_class WHERE relkind = 'r'")
    return {name for (name,) in found}


def spoil(sandbox: Sandbox) -> None:
    """Something that goes wrong; `MOMENT` is before it."""
    [(moment,)] = sandbox.ask("SELECT clock_timestamp()")
    assert isinstance(moment, datetime)
    local = moment.astimezone(NEW_YORK).replace(tzinfo=None)
    sandbox.values["MOMENT"] = str(local)
    assert sandbox.ask("UPDATE medspa_clinic SET name = 'Spoiled' RETURNING 1")


def ask_doctor(sandbox: Sandbox) -> None:
    """Until all is well: what was started last may take a moment."""
    give_up_at = time.monotonic() + SECONDS_TO_GET_WELL
    while True:
        said = sandbox.follow(INSTALL, "8", ends=(0, 1, 2))
        wrong = set(re.findall(r"^  (?:warning|error) +(.*?):", said, re.M))
        if wrong <= OF_THIS_COMPUTER or time.monotonic() > give_up_at:
            break
    assert wrong <= OF_THIS_COMPUTER, said
    assert wrong or said.endswith("Everything is fine.\n"), said


def test_the_documents_lead_from_nothing_to_a_site_an_upgrade_back_and_a_restore(
    sandbox: Sandbox,
) -> None:
    assert exported(blocks(INSTALL, "2")) == set(sandbox.values)
    sandbox.pack()
    make_keys(sandbox)
    sandbox.follow(INSTALL, "3")
    sandbox.follow(INSTALL, "4")
    said = sandbox.follow(INSTALL, "5")
    assert "A new database: making its tables." in said
    assert "Upgraded." in said
    said = sandbox.follow(INSTALL, "6")
    assert "HTTP/2 200" in said
    assert "strict-transport-security" in said
    [link] = re.findall(rf"https://{HOST}/welcome/\S+", said)
    check_site(sandbox, link)
    carry_identity(sandbox)
    said = sandbox.follow(INSTALL, "7")
    assert "backup 2" in said
    assert "with the owner's key" in said
    assert not Path(sandbox.values["IDENTITY"]).exists()
    ask_doctor(sandbox)
    there_and_back(sandbox)
    bring_back(sandbox)
    ask_doctor(sandbox)


def there_and_back(sandbox: Sandbox) -> None:
    [(app, last)] = MigrationLoader(None).graph.leaf_nodes("campaigns")
    migration = f"{app}/migrations/9999_next_version.py"
    sandbox.pack({migration: NEXT_MIGRATION % last})
    # No page is asked for until the site is back; worker and archive go on.
    sandbox.idle = ("medspa-web", "medspa-receiver")
    said = sandbox.follow(INSTALL, "A new version")
    assert "Copying the database, to be able to go back." in said
    assert "Verified: totals, KPIs, encryption" in said
    assert "of_the_next_version" in tables(sandbox)
    said = sandbox.follow(INSTALL, "Back to the version before")
    assert "The database is as it was on" in said
    assert "of_the_next_version" not in tables(sandbox)


def bring_back(sandbox: Sandbox) -> None:
    assert "Checks this site" in sandbox.follow(OPERATE, "The whole way")
    spoil(sandbox)
    carry_identity(sandbox)
    sandbox.idle = ()
    said = sandbox.follow(OPERATE, "Bring an earlier moment back")
    assert "The data folder, for a stopped server:" in said
    assert sandbox.ask("SELECT name FROM medspa_clinic") == [("Glow",)]
    assert Path(f"{sandbox.values['DATA']}.before").is_dir()
