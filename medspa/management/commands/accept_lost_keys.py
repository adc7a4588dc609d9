"""manage.py accept_lost_keys: goes on with new keys where the old ones are gone."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from medspa.encryption.key_checks import accept_lost_keys, problems

KEYS_ARE_LOST = "the keys are lost"


class Command(BaseCommand):
    help = (
        "Goes on with the keys of this environment where those of the database are "
        "lost for good: there is no recovery sheet and no copy of .env. Every email "
        "and phone encrypted with them reads as unreadable, and can be entered again; "
        "names, history and figures stay. Put the right keys back if you can."
    )
    # Wrong keys are what it is for.
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        if not list(problems()):
            raise CommandError("The keys fit the database: nothing is lost.")
        answer = input(
            "Emails and phones of everyone who is in the database become unreadable. "
            f'Type "{KEYS_ARE_LOST}" to go on: '
        )
        if answer.strip() != KEYS_ARE_LOST:
            raise CommandError("Nothing was done.")
        accept_lost_keys()
        self.stdout.write(
            "The site starts with these keys now. If only BLIND_INDEX_KEY was lost, "
            "run `manage.py rotate_blind_index`."
        )
