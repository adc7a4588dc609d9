"""What a page says, for tests that look for sentences in it."""

from typing import Any


def text_of(answer: Any) -> str:
    """The page as it was sent, each run of spaces and line ends as one space."""
    return " ".join(answer.content.decode().split())
