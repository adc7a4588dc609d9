"""What the forms of one lead have in common: their fields' look, and who is offered."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.forms.models import ModelChoiceIterator

from campaigns.models import Campaign
from leads.contact import clean_phone
from leads.models.lead_lists import offered_sources
from leads.models.procedure import offered_procedures, usual_value
from leads.services.assigning import CAN_NOT_OPEN, assignable_people
from medspa.formats import clinic_formats
from medspa.formats.phones import format_phone
from medspa.models import User

# Attributes of the inputs: the keypad of a phone, nothing kept by the browser.
INPUTS: dict[str, dict[str, str]] = {
    "first_name": {"autocapitalize": "words", "autocomplete": "off"},
    "email": {"type": "email", "inputmode": "email", "autocomplete": "off"},
    "phone": {"type": "tel", "inputmode": "tel", "autocomplete": "off"},
    "expected_value_cents": {"inputmode": "decimal", "autocomplete": "off"},
    "expected_date": {"type": "date"},
    "consult_at": {"type": "datetime-local"},
}
LABELS = {
    "first_name": "First name",
    "email": "Email",
    "phone": "Phone",
    "source": "Source",
    "heard_from": "Heard about us from",
    "campaign": "Campaign",
    "ad_platform": "Ad platform",
    "assigned_to": "Assigned to",
    "expected_value_cents": "Expected value",
    "procedure_code": "Procedure",
    "expected_date": "Expected date",
}
NO_CHOICE = {"campaign": "None", "assigned_to": "Unassigned"}


class PhoneField(forms.CharField):
    """Shown as people read it; another spelling of the same number is no change."""

    def prepare_value(self, value: Any) -> Any:
        return format_phone(value) if isinstance(value, str) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return clean_phone(data or "") != (initial or "")
        except ValidationError:
            return True


def dress(fields: dict[str, forms.Field]) -> None:
    """Give the fields the look, the keypads and the words of the product."""
    for name, field in fields.items():
        attributes = dict(INPUTS.get(name, {}))
        if kind := attributes.pop("type", ""):
            field.widget.input_type = kind
        if kind == "date":
            # What the browser's own input reads, in every country.
            field.widget.format = "%Y-%m-%d"
        if not isinstance(field.widget, forms.CheckboxSelectMultiple):
            attributes["class"] = "field-box"
        field.widget.attrs.update(attributes)
        field.label = LABELS.get(name, field.label)
        if name.endswith("_cents"):
            field.label = clinic_formats().in_currency(str(field.label))
        if name in NO_CHOICE:
            field.empty_label = NO_CHOICE[name]  # type: ignore[attr-defined]


class ReadAtOnce(ModelChoiceIterator):
    """The rows of a select by one question; Django asks a cursor, which takes three."""

    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        if self.field.empty_label is not None:
            yield "", self.field.empty_label
        yield from map(self.choice, self.queryset)


def offer(field: Any, rows: QuerySet[Any]) -> None:
    field.iterator = ReadAtOnce
    field.queryset = rows


def offer_people(field: Any, now: str | None = None) -> None:
    """Whoever has the lead now stays, though they could not be chosen anew."""
    people = assignable_people()
    offer(field, people | User.objects.filter(pk=now) if now else people)
    field.error_messages["invalid_choice"] = CAN_NOT_OPEN


def offer_campaigns(field: Any, now: str | None = None) -> None:
    """The campaigns that are not deleted, and the one that the lead has."""
    offered = Q(deleted_at=None) | Q(pk=now) if now else Q(deleted_at=None)
    offer(field, Campaign.all_objects.filter(offered))


class ProcedureSelect(forms.Select):
    """Each option says the procedure's usual value, for `static/js/usual-value.js`."""

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> Any:
        option = super().create_option(name, value, *args, **kwargs)
        if cents := usual_value(str(value)):
            option["attrs"]["data-usual-value"] = f"{cents // 100}.{cents % 100:02}"
        return option


def offer_procedures(field: Any, none: str, now: str | None = None) -> None:
    """The procedures that are not archived, and the one that the lead asked for."""
    field.widget = ProcedureSelect()
    field.choices = [("", none), *offered_procedures(now)]


def fill_usual_value(cleaned: dict[str, Any]) -> None:
    """An expected value that was left empty is the usual one of the procedure."""
    if cleaned.get("expected_value_cents", "") is None:
        code = cleaned.get("procedure_code") or ""
        cleaned["expected_value_cents"] = usual_value(code)


def offer_rows(fields: dict[str, forms.Field], row: Model) -> None:
    """The choices of the fields that are rows of other tables."""
    if "assigned_to" in fields:
        offer_people(fields["assigned_to"], getattr(row, "assigned_to_id", None))
    if "campaign" in fields:
        offer_campaigns(fields["campaign"], getattr(row, "campaign_id", None))
    for name in {"source", "heard_from"} & set(fields):
        source: Any = fields[name]
        empty = [choice for choice in source.choices if not choice[0]]
        if name == "heard_from":
            empty = [("", "Not asked")]
        source.choices = [*empty, *offered_sources(getattr(row, name, None))]
    if "procedure_code" in fields:
        now = getattr(row, "procedure_code", None)
        offer_procedures(fields["procedure_code"], "Choose…", now)


def require_source(field: Any) -> None:
    """Nothing is chosen beforehand."""
    field.error_messages["required"] = "Choose a source."
    field.choices = [("", "Choose…"), *(pair for pair in field.choices if pair[0])]
    field.initial = ""
    field.required = True
