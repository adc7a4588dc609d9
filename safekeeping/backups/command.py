"""The base of our commands: a refusal ends them with its sentence."""

from abc import ABC, abstractmethod
from argparse import RawDescriptionHelpFormatter
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from medspa.refusals import Refused


class BackupCommand(BaseCommand, ABC):
    """Implement `work` instead of `handle`. `--help` shows `help` and `examples`."""

    examples = ""

    def create_parser(self, *args: Any, **options: Any) -> Any:
        parser = super().create_parser(*args, **options)
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.epilog = self.examples
        return parser

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self.work(**options)
        except Refused as refusal:
            raise CommandError(refusal.sentence) from refusal

    @abstractmethod
    def work(self, **options: Any) -> None: ...
