"""What apps above this one add to the payment form of the lead page."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import QueryDict

from leads.models import Lead
from leads.panels import Panel
from medspa.models import User


@dataclass(frozen=True)
class PaymentFormPart:
    """Inputs within the payment form, for people who have all of `permissions`.

    `panel` is what is shown, or None for a lead that has nothing to choose. `parse`
    reads the posted inputs into a typed value and raises Refused for invalid ones.
    The hooks of `kpis.events.recording` find the value in their extras under `name`.
    """

    name: str
    permissions: tuple[str, ...]
    panel: Callable[[Lead, User], Panel | None]
    parse: Callable[[QueryDict], object]


PAYMENT_PARTS: list[PaymentFormPart] = []


def form_panels(lead: Lead, person: User) -> list[Panel]:
    """The parts of the form that this person sees for this lead."""
    panels = (part.panel(lead, person) for part in _parts_of(person))
    return [panel for panel in panels if panel]


def parse_extras(post: QueryDict, person: User) -> dict[str, object]:
    """The value of each form part by its name; raises Refused for invalid input."""
    return {part.name: part.parse(post) for part in _parts_of(person)}


def _parts_of(person: User) -> list[PaymentFormPart]:
    return [part for part in PAYMENT_PARTS if person.has_perms(part.permissions)]
