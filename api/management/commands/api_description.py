"""Write docs/api/openapi.json; refused while a breaking change is not announced."""

from typing import Any

from django.core.management.base import BaseCommand

from api.description.files import COMMITTED, write_description
from medspa.management.refusals import refusals_end_command


class Command(BaseCommand):
    help = "Write the API's description to docs/api/openapi.json."

    def handle(self, *args: Any, **options: Any) -> None:
        with refusals_end_command():
            is_new = write_description()
        words = "written" if is_new else "up to date"
        self.stdout.write(f"{COMMITTED.name} is {words}.")
