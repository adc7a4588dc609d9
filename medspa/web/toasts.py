"""Messages after an action, with a button that undoes it."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest

UNDO_TAG = "undo:"


@dataclass(frozen=True)
class Toast:
    """`owner`, `source` and `row` name what undo reverts; empty without undo."""

    text: str
    level: str
    owner: str = ""
    source: str = ""
    row: str = ""


def say_with_undo(request: HttpRequest, sentence: str, undo: str = "") -> None:
    """`undo`: owner, source and row, each without a space."""
    tags = UNDO_TAG + undo.replace(" ", ":") if undo else ""
    messages.success(request, sentence, extra_tags=tags)


def read_toasts(request: HttpRequest) -> list[Toast]:
    """The messages for this page. Reading them removes them."""
    return [
        Toast(str(message), message.level_tag, *_undo(message.extra_tags))
        for message in messages.get_messages(request)
    ]


def _undo(tags: str | None) -> list[str]:
    parts = (tags or "").removeprefix(UNDO_TAG).split(":")
    return parts if (tags or "").startswith(UNDO_TAG) and len(parts) == 3 else []
