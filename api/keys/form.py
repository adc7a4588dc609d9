"""The form that makes a key."""

from datetime import UTC, datetime
from typing import Any

from django import forms

from api.keys.making import NewKey
from api.keys.models import HIGHEST_LIMIT, LONGEST_KEY_NAME, USUAL_LIMIT
from api.keys.scopes import CONTACTS_SCOPE, READ, RESOURCES, WRITE
from medspa.clinic_time import clinic_today, clinic_zone, day_range
from medspa.models import User

NONE, READS, WRITES = "", READ, WRITE


class KeyForm(forms.Form):
    """A key's name, owner, scopes and limits; `new_key` is what was entered."""

    name = forms.CharField(
        max_length=LONGEST_KEY_NAME,
        label="Name",
        widget=forms.TextInput({"placeholder": "Zapier"}),
    )
    owner = forms.ModelChoiceField(
        User.objects.none(), label="Acts for", empty_label=None
    )
    expires_on = forms.DateField(
        label="Last day",
        required=False,
        widget=forms.DateInput({"type": "date"}),
        error_messages={"invalid": "Enter a day."},
    )
    addresses = forms.CharField(
        label="Allowed IP addresses",
        required=False,
        max_length=1_200,
        widget=forms.Textarea({"rows": 2, "placeholder": "203.0.113.0/24"}),
    )
    requests_per_minute = forms.IntegerField(
        label="Requests a minute", min_value=1, max_value=HIGHEST_LIMIT
    )

    def __init__(self, *args: Any, owner: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        people: Any = self.fields["owner"]
        people.queryset = User.objects.may_sign_in().order_by("first_name", "username")
        self.initial.update(owner=owner.pk, requests_per_minute=USUAL_LIMIT)
        for resource in RESOURCES:
            self.fields[resource.name] = forms.ChoiceField(
                label=resource.words,
                required=False,
                choices=[(NONE, "No access"), (READS, "Read")]
                + ([(WRITES, "Read and write")] if resource.is_writable else []),
            )
        self.fields["contacts"] = forms.BooleanField(
            label="Emails and phones of leads", required=False
        )
        for field in self.fields.values():
            if not isinstance(field, forms.BooleanField):
                field.widget.attrs.setdefault("class", "field-box")

    @property
    def access_fields(self) -> list[forms.BoundField]:
        return [self[resource.name] for resource in RESOURCES]

    def clean_expires_on(self) -> Any:
        day = self.cleaned_data["expires_on"]
        if day and not clinic_today() <= day < datetime(2100, 1, 1, tzinfo=UTC).date():
            raise forms.ValidationError("The last day can't be in the past.")
        return day

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and not self._scopes:
            self.add_error(None, "Choose what the key may do.")
        return cleaned

    @property
    def _scopes(self) -> tuple[str, ...]:
        cleaned = self.cleaned_data
        of_resources = (
            f"{resource.name}:{access}"
            for resource in RESOURCES
            if (access := cleaned.get(resource.name))
        )
        return (*of_resources, *([CONTACTS_SCOPE] if cleaned.get("contacts") else []))

    @property
    def new_key(self) -> NewKey:
        """Only of a valid form."""
        cleaned = self.cleaned_data
        last_day = cleaned["expires_on"]
        return NewKey(
            cleaned["name"],
            cleaned["owner"],
            self._scopes,
            tuple(cleaned["addresses"].replace(",", "\n").split("\n")),
            day_range(last_day, last_day, clinic_zone())[1] if last_day else None,
            cleaned["requests_per_minute"],
        )
