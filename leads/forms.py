"""Editing a lead and what it may be worth."""

from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from leads.models import Lead, Tag
from leads.privacy import PRIVACY_NOTE
from medspa.conflicts import ConflictNoticeForm


class LeadForm(ConflictNoticeForm):
    """A lead with its tags. Names are cut to nothing here: people are asked."""

    tags: forms.Field = forms.ModelMultipleChoiceField(
        Tag.objects, required=False, widget=UnfoldAdminCheckboxSelectMultipleWidget
    )

    class Meta:
        model = Lead
        fields = [
            "first_name",
            "email",
            "phone",
            "source",
            "campaign",
            "ad_platform",
            "assigned_to",
            "external_id",
        ]
        help_texts = {"first_name": PRIVACY_NOTE}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance._state.adding:
            self.initial["tags"] = list(
                self.instance.lead_tags.values_list("tag", flat=True)
            )

    def clean_external_id(self) -> str | None:
        return self.cleaned_data["external_id"] or None
