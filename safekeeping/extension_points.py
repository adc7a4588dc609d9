"""Where apps and areas add to safekeeping."""

from collections.abc import Callable
from dataclasses import dataclass

from medspa.extension_points import ExtensionPoint


@dataclass(frozen=True)
class Check:
    """One thing, whether it is right, and what was found."""

    name: str
    is_right: bool
    words: str


# What is done to a restored database before anybody sees it, on that database: a
# function that returns a sentence, or nothing.
after_restore: ExtensionPoint[Callable[[], str]] = ExtensionPoint()

# What a drill checks in a restored database, on that database.
restored_checks: ExtensionPoint[Callable[[], Check]] = ExtensionPoint()
