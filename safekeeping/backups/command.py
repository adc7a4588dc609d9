"""The base of our commands: a refusal ends them with its sentence."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from medspa.refusals import Refused


class BackupCommand(BaseCommand):
    """Implement `work` instead of `handle`."""

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self.work(**options)
        except Refused as refusal:
            raise CommandError(refusal.sentence) from refusal

    def work(self, **options: Any) -> None:
        raise NotImplementedError
