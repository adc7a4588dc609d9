"""`manage.py reset_two_step NAME`: for an owner whose phone and codes are lost."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from medspa.accounts.models import User
from medspa.accounts.second_factor.changes import reset
from medspa.audit.actors import acting
from medspa.management.refusals import refusals_end_command
from medspa.readiness import refuse_unready


class Command(BaseCommand):
    help = (
        "Turn off two-step sign-in of one person who lost their phone, passkeys and "
        "recovery codes, and sign them out everywhere. They sign in with the password "
        "and set it up again. The person gets an email."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="the person's username or email")

    def handle(self, *args: Any, **options: Any) -> None:
        refuse_unready()
        person = User.objects.named(options["name"])
        if person is None:
            raise CommandError("No one has this username or email.")
        with refusals_end_command(), acting("reset_two_step"):
            reset(person)
        self.stdout.write(f"{person.username} can sign in with the password alone.")
