"""The forms of webhook endpoints."""

from typing import Any

from django import forms
from django.forms.boundfield import BoundWidget

from api.webhooks.addresses import check_address
from api.webhooks.endpoint import LONGEST_ENDPOINT_NAME, LONGEST_URL, WebhookEndpoint
from api.webhooks.endpoints import EndpointFacts
from api.webhooks.event_types import WEBHOOK_TYPES
from medspa.web.forms.fields import LocalMomentField

GROUP_WORDS = {
    "lead": "Leads",
    "opportunity": "Expected values",
    "activity": "Calls, texts and emails",
    "task": "Next steps",
    "consult": "Consults",
    "payment": "Payments and refunds",
}


def _choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Events under the words of what they are about."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for one in WEBHOOK_TYPES.values():
        words = f"{one.words.rstrip('.')} ({one.name})"
        groups.setdefault(one.group, []).append((one.name, words))
    return [(GROUP_WORDS[name], choices) for name, choices in groups.items()]


class EndpointForm(forms.Form):
    """`facts` is what was entered."""

    name = forms.CharField(
        max_length=LONGEST_ENDPOINT_NAME,
        widget=forms.TextInput({"placeholder": "Agency"}),
    )
    url = forms.CharField(
        label="Address",
        max_length=LONGEST_URL,
        validators=[check_address],
        widget=forms.URLInput({"placeholder": "https://example.com/hooks"}),
    )
    event_types = forms.MultipleChoiceField(
        label="Events",
        choices=_choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one event."},
    )
    sees_contacts = forms.BooleanField(
        label="Emails and phones of leads", required=False
    )

    def __init__(
        self, *args: Any, endpoint: WebhookEndpoint | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        for name in ("name", "url"):
            self.fields[name].widget.attrs["class"] = "field-box"
        if endpoint:
            self.initial = {name: getattr(endpoint, name) for name in self.fields}

    @property
    def boxes(self) -> list[tuple[str, list[BoundWidget]]]:
        """A box for each event, under the words of what it is about."""
        found = iter(self["event_types"])
        return [
            (group, [next(found) for _ in choices]) for group, choices in _choices()
        ]

    @property
    def facts(self) -> EndpointFacts:
        """Only of a valid form."""
        cleaned = self.cleaned_data
        return EndpointFacts(
            cleaned["name"],
            cleaned["url"],
            tuple(cleaned["event_types"]),
            cleaned["sees_contacts"],
        )


class ReplayForm(forms.Form):
    since = LocalMomentField(error_messages={"required": "Enter a date and time."})
