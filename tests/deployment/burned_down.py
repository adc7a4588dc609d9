"""docs/server-burned-down.md, run and timed: python -m tests.deployment.burned_down

A site is installed by docs/deployment.md and filled, its server is removed, and only
the backups, a key file and the recovery sheet reach the next one.
"""

import argparse
import os
import re
import shutil
import sys
import tempfile
import time
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "medspa.settings")
os.environ.setdefault("DEBUG", "on")
django.setup()

from tests.deployment.sandbox import Sandbox, sandboxed  # noqa: E402
from tests.deployment.test_followed import INSTALL, make_keys  # noqa: E402

LOST = "server-burned-down.md"
COUNTS = """
SELECT (SELECT count(*) FROM leads_lead), (SELECT count(*) FROM leads_leadhistory),
    (SELECT count(*) FROM leads_activity), (SELECT max(id) FROM leads_lead)
"""


def burn(leads: int, saved: Path) -> tuple[dict[str, str], list[tuple[object, ...]]]:
    """A site with so many leads, of which `saved` gets what survives a fire."""
    with sandboxed() as site:
        site.pack()
        make_keys(site)
        for step in "3456":
            site.follow(INSTALL, step)
        fill(site, leads)
        site.run(
            'cd "$MEDSPA"; .venv/bin/python manage.py backup\n'
            '.venv/bin/python manage.py recovery_sheet "$STATE/recovery-sheet.html"'
        )
        # Entered after the last backup: only the archived log has it.
        fill(site, leads + 100)
        time.sleep(15)
        counts = site.ask(COUNTS)
        shutil.copy(site.folder / "state/recovery-sheet.html", saved)
        shutil.copy(site.folder / "owner.txt", saved)
        shutil.copytree(site.folder / "backups", saved / "backups")
        keys = {name: site.values[name] for name in ("OWNER_KEY", "ESCROW_KEY")}
    return keys, counts


def fill(site: Sandbox, leads: int) -> None:
    """Imported like a file of the clinic's; those that are there are left alone."""
    rows = [f"Ana,Lead {n},ana{n}@example.com,+1212555{n:04d}\n" for n in range(leads)]
    path = site.folder / "leads.csv"
    path.write_text("first_name,last_name,email,phone\n" + "".join(rows))
    site.run(f'cd "$MEDSPA"; .venv/bin/python manage.py import_leads {path}')


def rebuild(saved: Path, keys: dict[str, str]) -> list[tuple[object, ...]]:
    with sandboxed() as site:
        site.values |= keys | {
            "SHEET": str(site.folder / "sheet.txt"),
            "KEYS": str(site.folder / "keys.env"),
        }
        shutil.copytree(saved / "backups", site.folder / "backups")
        shutil.copy(saved / "owner.txt", site.values["IDENTITY"])
        sheet = (saved / "recovery-sheet.html").read_text()
        codes = re.findall(r"<code>([A-Za-z0-9+/=]{200,})</code>", sheet)
        Path(site.values["SHEET"]).write_text("\n".join(codes) + "\n")
        site.pack()
        timed(site, INSTALL, "3")
        timed(site, INSTALL, "4")
        timed(site, LOST, "2")
        timed(site, LOST, "3")
        timed(site, LOST, "4")
        timed(site, INSTALL, "6")
        timed(site, LOST, "5")
        return site.ask(COUNTS)


def tell(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def timed(site: Sandbox, document: str, step: str) -> None:
    begun = time.monotonic()
    said = site.follow(document, step, ends=(0, 1, 2) if step == "5" else (0,))
    tell(f"{document} {step}: {time.monotonic() - begun:.0f} s")
    if document == LOST:
        tell(said)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--leads", type=int, default=2000)
    with tempfile.TemporaryDirectory(prefix="medspa-saved-") as folder:
        saved = Path(folder)
        keys, before = burn(parser.parse_args().leads, saved)
        tell(f"Burned: {before}")
        begun = time.monotonic()
        after = rebuild(saved, keys)
        tell(f"In all {time.monotonic() - begun:.0f} s.")
        assert after == before, (before, after)
        tell(f"Nothing is missing: {after}.")


if __name__ == "__main__":
    main()
