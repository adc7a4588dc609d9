"""Editing a lead and what it may be worth."""

from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from leads import contact
from leads.lead_page.form_fields import PhoneField, offer_rows, require_source
from leads.models import Lead, Tag
from leads.privacy import PRIVACY_NOTE
from medspa.web.conflicts import ConflictForm


class LeadForm(ConflictForm):
    """A lead with its tags. A name that is no given name is refused, not cut."""

    tags: forms.Field = forms.ModelMultipleChoiceField(
        Tag.objects, required=False, widget=UnfoldAdminCheckboxSelectMultipleWidget
    )

    seen_tags = forms.CharField(required=False, widget=forms.HiddenInput)

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
        field_classes = {"phone": PhoneField}
        help_texts = {"first_name": PRIVACY_NOTE}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A deleted lead is only shown: its form has no fields.
        offer_rows(self.fields, self.instance)
        if self.instance._state.adding:
            self.initial["source"] = ""
            require_source(self.fields["source"])
        if not self.instance._state.adding:
            tags = list(self.instance.lead_tags.values_list("tag", flat=True))
            self.initial["tags"] = tags
            self.initial["seen_tags"] = ",".join(sorted(tags))

    def clean_external_id(self) -> str | None:
        """Only the shape of an id: a sentence about a person doesn't fit."""
        text: str = self.cleaned_data["external_id"] or ""
        if text and not contact.CONTACT_ID.fullmatch(text):
            raise forms.ValidationError(contact.CONTACT_ID_SENTENCE)
        return text or None

    def clean(self) -> None:
        """Keep the tags that others have added or removed meanwhile."""
        super().clean()
        cleaned = self.cleaned_data
        if "tags" in cleaned and self.add_prefix("seen_tags") in self.data:
            seen = set(cleaned["seen_tags"].split(",")) - {""}
            mine = {tag.pk for tag in cleaned["tags"]}
            theirs = set(self.initial.get("tags", ()))
            wanted = (theirs | (mine - seen)) - (seen - mine)
            cleaned["tags"] = Tag.all_objects.filter(pk__in=wanted)

    def has_changed(self) -> bool:
        return bool(set(self.changed_data) - {"seen_history", "seen_tags"})
