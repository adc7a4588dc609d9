"""What apps above may add to events and to the KPI page."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from medspa.extension_points import ExtensionPoint, NamedExtensionPoint

if TYPE_CHECKING:
    from kpis.drill.questions import RowQuestion
    from kpis.metrics.definitions import Basis, Metric
    from kpis.models import KpiEvent
    from kpis.page.table import KpiTable
    from kpis.period import Window
    from kpis.queries.numbers import KpiData
    from leads.extension_points import Panel
    from leads.models import Lead
    from medspa.models import User


@dataclass(frozen=True)
class PaymentFormPart:
    """Inputs within the payment form, for people who have all of `permissions`.

    `panel` is what is shown, or None for a lead that has nothing to choose. `parse`
    reads the posted inputs into a typed value and raises Refused for invalid ones.
    `after_recorded` finds the value in its extras under `name`. `is_as_entered` says of
    a recorded payment whether it has that value, when the same form is sent again.
    """

    name: str
    permissions: tuple[str, ...]
    panel: Callable[["Lead", "User"], "Panel | None"]
    parse: Callable[[Mapping[str, Sequence[str]]], object]
    is_as_entered: Callable[["KpiEvent", object], bool]


# Parts of the payment form of the lead page.
payment_parts: ExtensionPoint[PaymentFormPart] = ExtensionPoint()

# Asked whether the month of a day is closed: why, in a sentence, or an empty text.
closed_days: ExtensionPoint[Callable[[date], str]] = ExtensionPoint()

# Asked which other systems reported a payment or a refund: their names, or an empty
# text. What they reported counts once, also where a person typed it in before.
reporters: ExtensionPoint[Callable[["KpiEvent"], str]] = ExtensionPoint()

# Told a payment that was corrected, since voided, and the one that stands for it.
payment_corrections: ExtensionPoint[Callable[["KpiEvent", "KpiEvent"], None]] = (
    ExtensionPoint()
)

# Told the events that were just recorded, in the same transaction, and what was entered
# beside them, by the name of the form part that read it. May refuse, which undoes the
# recording.
Extras = Mapping[str, object]
# Among the extras: the voided payment that a corrected one stands for.
REPLACES = "replaces"
after_recorded: ExtensionPoint[Callable[[Sequence["KpiEvent"], Extras], None]] = (
    ExtensionPoint()
)


@dataclass(frozen=True)
class PersonTable:
    """A table among the numbers by person, named by the `key` of what it builds.

    `label` names one of its rows ("Provider"), `metrics` are its columns by key.
    `question` says which rows a number counts: their SQL finds the id of the table's
    row bound as `key`.
    """

    label: str
    metrics: Mapping[str, "Metric"]
    build: Callable[["KpiData"], "KpiTable"]
    question: Callable[[str, "Basis"], "RowQuestion | None"]


# Exactly one: SQL of the parts of payments and refunds that providers are credited
# with, `provider_id` and `cents` beside the columns of the events in `happened`.
credited_parts: ExtensionPoint[str] = ExtensionPoint()

# What else `verify_kpis` compares: a name, how it is read from rollups, how from rows.
Read = Callable[["Window"], object]
comparisons: ExtensionPoint[tuple[str, Read, Read]] = ExtensionPoint()

# Tables of the KPI page by person, by their keys.
person_tables: NamedExtensionPoint[PersonTable] = NamedExtensionPoint()
