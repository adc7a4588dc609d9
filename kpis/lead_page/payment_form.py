"""The parts of the payment form that apps above add."""

from collections.abc import Mapping, Sequence

from kpis.extension_points import PaymentFormPart, payment_parts
from kpis.models import KpiEvent
from leads.extension_points import Panel
from leads.models import Lead
from medspa.models import User


def form_panels(lead: Lead, person: User) -> list[Panel]:
    """The parts of the form that this person sees for this lead."""
    panels = (part.panel(lead, person) for part in _parts_of(person))
    return [panel for panel in panels if panel]


def parse_extras(post: Mapping[str, Sequence[str]], person: User) -> dict[str, object]:
    """The value of each form part by its name; raises Refused for invalid input."""
    return {part.name: part.parse(post) for part in _parts_of(person)}


def are_as_entered(
    event: KpiEvent, post: Mapping[str, Sequence[str]], person: User
) -> bool:
    """Whether a recorded payment has what this form says in those parts."""
    return all(
        part.is_as_entered(event, part.parse(post)) for part in _parts_of(person)
    )


def _parts_of(person: User) -> list[PaymentFormPart]:
    return [part for part in payment_parts if person.has_perms(part.permissions)]
