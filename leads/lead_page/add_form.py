"""The form that adds a lead: the same in the side sheet and on its page."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from leads.choices import NextStep, Outcome
from leads.lead_page.form_fields import (
    dress,
    fill_usual_value,
    offer,
    offer_procedures,
    offer_rows,
    require_source,
)
from leads.models import Lead, PipelineStage, Tag
from leads.models.stage import RecordedKind
from leads.services.adding import NewLead
from leads.services.next_steps import due_choices
from medspa.ids import new_id
from medspa.web.add_once import row_id
from medspa.web.forms.fields import HundredthsField, LocalMomentField

# Asked once there is a consult, by what is added to `stage_questions`.
CONSULT_FIELDS = ("provider", "procedure", "anyway")
ABOVE_ZERO = "The expected value must be above zero."


class StageSelect(forms.Select):
    """The stages of `booking` book a consult, for `static/js/sheet.js`."""

    booking: frozenset[str] = frozenset()

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> Any:
        option = super().create_option(name, value, *args, **kwargs)
        if value in self.booking:
            option["attrs"]["data-books"] = True
        return option


class AddLeadForm(forms.ModelForm):
    """A new lead with what is known about it.

    Sent twice with the same `row_key`, it makes one lead for what was typed.
    """

    row_key = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    tags = forms.ModelMultipleChoiceField(
        Tag.objects,
        label="Interested in",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    procedure_code = forms.ChoiceField(required=False)
    expected_value_cents = HundredthsField(required=False)
    stage = forms.ModelChoiceField(
        PipelineStage.objects.exclude(outcome=Outcome.LOST),
        empty_label=None,
        widget=StageSelect,
    )
    step = forms.ChoiceField(
        choices=[("", "None"), *NextStep.choices], label="Next step", required=False
    )
    step_due = forms.ChoiceField(label="Due", required=False)
    consult_at = LocalMomentField(
        label="Consult",
        required=False,
        error_messages={"invalid": "Enter the consult's date and time."},
    )

    class Meta:
        model = Lead
        fields = (
            "first_name",
            "phone",
            "email",
            "source",
            "campaign",
            "assigned_to",
        )

    def __init__(self, data: Any = None) -> None:
        lead = Lead(pk=row_id(data) if data else new_id())
        super().__init__(data, instance=lead, auto_id="add_%s")
        self.initial.update(row_key=new_id(), step_due="tomorrow")
        self.dues = {key: (words, at) for key, words, at in due_choices(timezone.now())}
        offer_procedures(self.fields["procedure_code"], "None")
        due: Any = self.fields["step_due"]
        due.choices = [(key, words) for key, (words, _) in self.dues.items()]
        require_source(self.fields["source"])
        self.fields["first_name"].error_messages["required"] = "Enter a first name."
        self.initial["source"] = ""
        offer_rows(self.fields, lead)
        offer(self.fields["tags"], Tag.objects.all())
        dress(self.fields)
        self._offer_stages()

    def _offer_stages(self) -> None:
        """Read once, with the entry stage chosen."""
        field: Any = self.fields["stage"]
        stages = list(field.queryset)
        entry = [stage for stage in stages if stage.is_entry] or stages
        self.initial["stage"] = entry[0].pk if entry else None
        field.choices = [(stage.pk, str(stage)) for stage in stages]
        field.widget.booking = frozenset(
            stage.pk
            for stage in stages
            if stage.records_kpi == RecordedKind.CONSULT_BOOKED
        )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        fill_usual_value(cleaned)
        value, procedure = (
            cleaned.get(name) for name in ("expected_value_cents", "procedure_code")
        )
        if value is not None and value <= 0:
            self.add_error("expected_value_cents", ABOVE_ZERO)
        elif value and not procedure and "procedure_code" in cleaned:
            self.add_error("procedure_code", "Choose what the value is for.")
        elif procedure and value is None and "expected_value_cents" in cleaned:
            self.add_error("expected_value_cents", "Enter the expected value.")
        return cleaned

    @property
    def new_lead(self) -> NewLead:
        """What was entered; only of a valid form."""
        cleaned = self.cleaned_data
        return NewLead(
            self.instance,
            cleaned["stage"],
            tuple(cleaned["tags"]),
            cleaned["procedure_code"],
            cleaned["expected_value_cents"] or 0,
            cleaned["step"],
            self._due_at,
            cleaned["consult_at"],
            self._consult,
            is_from_form=True,
        )

    @property
    def _consult(self) -> dict[str, str]:
        """What was entered about the consult; it is for the lead's own procedure
        unless another one was chosen."""
        entered = {
            name: value for name in CONSULT_FIELDS if (value := self.data.get(name))
        }
        own = self.cleaned_data["procedure_code"]
        if own and (entered or self.cleaned_data["consult_at"]):
            entered.setdefault("procedure", own)
        return entered

    @property
    def _due_at(self) -> datetime:
        chosen = self.cleaned_data["step_due"] or "tomorrow"
        return self.dues[chosen][1]


def typed_contact(data: Mapping[str, str]) -> Lead:
    """What has been typed so far of a lead; what is not finished yet is left out."""
    known = {}
    for name in ("first_name", "email", "phone"):
        column: Any = Lead._meta.get_field(name)
        with suppress(ValidationError):
            known[name] = column.clean(data.get(name, ""), None)
    return Lead(**known)
