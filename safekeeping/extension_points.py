"""Where apps and areas add to safekeeping."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from medspa.extension_points import ExtensionPoint

if TYPE_CHECKING:
    from safekeeping.backups.drills.checks import Check

# What is done to a restored database before anybody sees it, on that database: a
# function that returns a sentence, or nothing.
after_restore: ExtensionPoint[Callable[[], str]] = ExtensionPoint()

# What a drill checks in a restored database, on that database.
restored_checks: ExtensionPoint[Callable[[], "Check"]] = ExtensionPoint()
