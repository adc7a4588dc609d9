"""The facts of a lead that are edited in their place, each by a form of its own."""

from dataclasses import dataclass
from typing import Any

from django.forms import modelform_factory

from leads.lead_page.form_fields import (
    LABELS,
    PhoneField,
    dress,
    fill_usual_value,
    offer_rows,
)
from leads.models import Lead, Opportunity
from leads.services.editing import opportunity_of
from leads.services.merging import OPPORTUNITY_FIELDS
from medspa.web.conflicts import ConflictForm
from medspa.web.forms.fields import HundredthsField

# Entered together, the value may be left to the procedure.
VALUE_OF_PROCEDURE = ("expected_value_cents", "procedure_code")


class FactForm(ConflictForm):
    """Fields of a lead or its opportunity; what others changed meanwhile is told."""

    def __init__(self, data: Any, row: Lead | Opportunity) -> None:
        super().__init__(data, instance=row, auto_id="edit_%s")
        # A form for a new row that finds one when it is sent has seen nothing of it.
        self.initial.setdefault("seen_history", 0)
        offer_rows(self.fields, row)
        dress(self.fields)
        if set(VALUE_OF_PROCEDURE) <= set(self.fields):
            self.fields["expected_value_cents"].required = False

    def clean(self) -> None:
        super().clean()
        cleaned = self.cleaned_data
        if not set(VALUE_OF_PROCEDURE) <= set(cleaned):
            return
        fill_usual_value(cleaned)
        if cleaned["expected_value_cents"] is None:
            self.add_error("expected_value_cents", "Enter the expected value.")

    @property
    def told(self) -> list[str]:
        """What the others did, where the same was changed by both."""
        return self.reconciled.sentences if self.reconciled.conflicts else []

    def see_their_changes(self) -> None:
        """Sent again, the form replaces what it was just shown."""
        if self.reconciled.conflicts:
            data: Any = self.data
            data = data.copy()
            data[self.add_prefix("seen_history")] = self.initial["seen_history"]
            self.data = data


@dataclass(frozen=True)
class EditableFact:
    """`name` is what addresses call it, `fields` are columns of `model`."""

    name: str
    label: str
    model: type[Lead] | type[Opportunity]
    fields: tuple[str, ...]

    @property
    def source(self) -> str:
        """The undoer of its changes."""
        return str(self.model._meta.model_name)

    def form(self, lead: Lead, data: Any = None) -> FactForm:
        row = lead if self.model is Lead else opportunity_of(lead)
        made: Any = modelform_factory(
            self.model,
            form=FactForm,
            fields=self.fields,
            field_classes={
                "expected_value_cents": HundredthsField,
                "phone": PhoneField,
            },
        )
        form: FactForm = made(data, row)
        return form


def _one(model: type[Lead] | type[Opportunity], name: str) -> EditableFact:
    return EditableFact(name, LABELS[name], model, (name,))


OF_LEAD = (
    "first_name",
    "phone",
    "email",
    "source",
    "heard_from",
    "campaign",
    "assigned_to",
)
EDITABLE_FACTS = {
    fact.name: fact
    for fact in (
        *(_one(Lead, name) for name in OF_LEAD),
        *(_one(Opportunity, name) for name in OPPORTUNITY_FIELDS),
        # For a lead without one: a value needs to be of something.
        EditableFact("opportunity", "Expected value", Opportunity, OPPORTUNITY_FIELDS),
    )
}
