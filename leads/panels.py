"""What apps above this floor add to the lead page: a template and what it shows."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from leads.models import Lead
from medspa.models import User


@dataclass(frozen=True)
class Panel:
    """`shown` is the template's `it`."""

    template: str
    shown: Any


PANELS: list[Callable[[Lead, User], Panel | None]] = []
