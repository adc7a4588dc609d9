"""Messages that offer to take back what was just done."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest

UNDO = "undo:"


@dataclass(frozen=True)
class Toast:
    """`owner`, `source` and `row` name what undo takes back; empty without undo."""

    text: str
    level: str
    owner: str = ""
    source: str = ""
    row: str = ""


def say_with_undo(request: HttpRequest, sentence: str, undo: str = "") -> None:
    """`undo`: owner, source and row, each without a space."""
    tags = UNDO + undo.replace(" ", ":") if undo else ""
    messages.success(request, sentence, extra_tags=tags)


def read_toasts(request: HttpRequest) -> list[Toast]:
    """What is to be said on this page; it is said once."""
    return [
        Toast(str(message), message.level_tag, *_undo(message.extra_tags))
        for message in messages.get_messages(request)
    ]


def _undo(tags: str | None) -> list[str]:
    parts = (tags or "").removeprefix(UNDO).split(":")
    return parts if (tags or "").startswith(UNDO) and len(parts) == 3 else []
