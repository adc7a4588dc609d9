"""manage.py inspect_restored: what a restore and a drill ask of the restored database.

It is called by them, with DATABASE_URL naming the restored database.
"""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from leads.models import Lead
from medspa.audit.actors import acting
from medspa.clinic.current import clinic_scope
from medspa.encryption.key_checks import problems
from medspa.formats import clinic_formats
from medspa.readiness import pending_migrations
from safekeeping.backups.drills.checks import every_check
from safekeeping.erasure.access import read_person
from safekeeping.extension_points import after_restore


class Command(BaseCommand):
    help = "For restore and drill: prepare or check a restored database (DATABASE_URL)."
    # Its tables may be those of an earlier version.
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="print the checks")
        parser.add_argument("--lead", help="print one lead")

    def handle(self, *args: Any, **options: Any) -> None:
        if pending_migrations():
            call_command("migrate", verbosity=0, interactive=False)
        with clinic_scope(), acting("Restore"):
            sentences = [done for prepare in after_restore if (done := prepare())]
            sentences += _about_keys()
            if options["lead"]:
                self._lead(options["lead"])
                self.stdout.write("\n".join(sentences))
                return
            checks = every_check() if options["check"] else ()
            found = {"done": sentences, "checks": [asdict(check) for check in checks]}
            self.stdout.write(json.dumps(found))

    def _lead(self, pk: str) -> None:
        lead = Lead.all_objects.filter(pk=pk).first()
        if lead is None:
            raise CommandError("This lead didn't exist at that moment.")
        self.stdout.write(f"{lead} ({lead.pk})")
        if lead.deleted_at:
            self.stdout.write(
                f"Deleted {clinic_formats().full_moment(lead.deleted_at)}"
            )
        for part in read_person(lead).parts:
            self.stdout.write(part.label)
            for row in part.rows:
                said = ", ".join(f"{label}: {value}" for label, value in row.items())
                self.stdout.write(f"  {said}")


def _about_keys() -> list[str]:
    """What to do where the restored contacts can't be read."""
    found = list(problems())
    if not found:
        return []
    return [
        f"Emails and phones in it can't be read: {'; '.join(found)}. The keys are on "
        "the recovery sheet: see docs/server-burned-down.md."
    ]
