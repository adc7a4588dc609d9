"""Write docs/api/openapi.json; refused while a breaking change is not announced."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from api.description.files import COMMITTED, Breaks, write_description


class Command(BaseCommand):
    help = "Write the API's description to docs/api/openapi.json."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            is_new = write_description()
        except Breaks as refusal:
            raise CommandError(refusal.sentence) from refusal
        words = "written" if is_new else "up to date"
        self.stdout.write(f"{COMMITTED.name} is {words}.")
