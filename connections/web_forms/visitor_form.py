"""What a visitor fills in, and what they are told where it can't be taken."""

from collections.abc import Mapping
from typing import Any

from django import forms

from connections.doors.web_form import CONSENTS, UTM_FIELDS
from connections.models import WebForm
from leads.contact import clean_email, clean_phone
from leads.models.arrival import ClickKind
from leads.models.procedure import offered_procedures
from leads.privacy import MAX_NAME_LENGTH, require_given_name
from medspa.reading.cleaning import clean_text

HONEYPOT = "website"
# What the address of the page says, and the form sends along.
CARRIED = (*UTM_FIELDS, *ClickKind.values)
NO_WAY_TO_ANSWER = "Enter an email or phone so that we can reach you."


class CleanedField(forms.CharField):
    def to_python(self, value: Any) -> str:
        return clean_text(super().to_python(value) or "")


class VisitorForm(forms.Form):
    """The fields that a web form shows; no box is ticked beforehand."""

    first_name = CleanedField(
        label="First name",
        max_length=MAX_NAME_LENGTH,
        validators=[require_given_name],
        error_messages={"required": "Enter your first name."},
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
    )
    email = CleanedField(
        label="Email",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    phone = CleanedField(
        label="Phone",
        max_length=40,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    procedure = forms.ChoiceField(label="What are you interested in?", required=False)
    agree_email = forms.BooleanField(required=False)
    agree_text = forms.BooleanField(required=False)

    def __init__(self, web_form: WebForm, data: Any = None) -> None:
        super().__init__(data, auto_id="field_%s", use_required_attribute=True)
        asked = {
            "email": web_form.asks_email,
            "phone": web_form.asks_phone,
            "procedure": web_form.asks_procedure,
            "agree_email": bool(web_form.email_wording),
            "agree_text": bool(web_form.text_wording),
        }
        for name in (name for name, is_asked in asked.items() if not is_asked):
            del self.fields[name]
        contacts = [name for name in ("email", "phone") if name in self.fields]
        for name in contacts:
            # Of two, either is enough.
            self.fields[name].required = len(contacts) == 1
            self.fields[name].error_messages["required"] = NO_WAY_TO_ANSWER
        if procedure := self.fields.get("procedure"):
            procedure.choices = [("", "Not sure yet"), *offered_procedures()]  # type: ignore[attr-defined]
        for name, wording in zip(
            CONSENTS, (web_form.email_wording, web_form.text_wording), strict=True
        ):
            if name in self.fields:
                self.fields[name].label = wording

    def clean_email(self) -> str:
        return clean_email(self.cleaned_data["email"])

    def clean_phone(self) -> str:
        return clean_phone(self.cleaned_data["phone"])

    def clean(self) -> None:
        entered = self.cleaned_data
        if not (
            entered.get("email")
            or entered.get("phone")
            or self.errors.keys() & CONTACT_WAYS
        ):
            raise forms.ValidationError(NO_WAY_TO_ANSWER)
        if entered.get("agree_text") and not entered.get("phone"):
            self.add_error("phone", "Enter the phone number we can text.")
        if entered.get("agree_email") and not entered.get("email"):
            self.add_error("email", "Enter the email address we can write to.")

    def full_clean(self) -> None:
        """Screen readers are told which field is wrong, and why."""
        super().full_clean()
        for name in self.errors:
            if name in self.fields:
                attributes = self.fields[name].widget.attrs
                attributes["aria-invalid"] = "true"
                attributes["aria-describedby"] = f"field_{name}_error"

    @property
    def consents(self) -> list[forms.BoundField]:
        return [self[name] for name in CONSENTS if name in self.fields]

    @property
    def entries(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name not in CONSENTS]


CONTACT_WAYS = {"email", "phone"}


def carried(parameters: Mapping[str, str]) -> list[tuple[str, str]]:
    """What the form sends along of an address's parameters, as hidden inputs."""
    return [(name, parameters[name][:300]) for name in CARRIED if parameters.get(name)]
