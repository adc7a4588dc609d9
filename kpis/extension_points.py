"""What apps above may add to events."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from medspa.extension_points import ExtensionPoint

if TYPE_CHECKING:
    from kpis.models import KpiEvent
    from leads.extension_points import Panel
    from leads.models import Lead
    from medspa.models import User

# Parts of the payment form for a person; None where there is nothing to ask.
payment_parts: ExtensionPoint[Callable[["Lead", "User"], "Panel | None"]] = (
    ExtensionPoint()
)

# Told the events that were just recorded, in the same transaction, and what the parts
# of the form said. May refuse, which undoes the recording.
after_recorded: ExtensionPoint[
    Callable[[Sequence["KpiEvent"], Mapping[str, Any]], None]
] = ExtensionPoint()
