"""How a command ends when a service refuses: with the sentence, without a traceback."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management.base import CommandError

from medspa.refusals import Refused


@contextmanager
def refusals_end_command(prefix: str = "", returncode: int = 1) -> Iterator[None]:
    """A refusal inside the block becomes a CommandError: `prefix` and its sentence."""
    try:
        yield
    except Refused as refusal:
        sentence = f"{prefix}{refusal.sentence}"
        raise CommandError(sentence, returncode=returncode) from refusal
