"""The form that moves one lead: the same fields in the dialog and on its page."""

from django import forms
from django.db import transaction

from leads.extension_points import stage_dates
from leads.models import LeadStage
from leads.models.lead_lists import offered_lost_reasons
from leads.services import pipeline
from medspa.refusals import Refused
from medspa.web.form_fields import LocalMomentField


class MoveForm(forms.Form):
    """`expected` is the stage in which the person saw the lead when they moved it."""

    stage = forms.CharField(
        max_length=25, error_messages={"required": "Choose a stage."}
    )
    expected = forms.CharField(max_length=25, required=False)
    lost_reason = forms.ChoiceField(
        choices=offered_lost_reasons,
        required=False,
        error_messages={"invalid_choice": "Choose a reason from the list."},
    )

    scheduled_for = LocalMomentField(
        required=False,
        error_messages={"invalid": "Enter the consult's date and time."},
    )

    def move(self, lead_id: str) -> LeadStage:
        """Move the lead; raises MoveRefused with a sentence for the person."""
        if not self.is_valid():
            raise pipeline.MoveRefused(str(next(iter(self.errors.values()))[0]))
        with transaction.atomic():
            period = pipeline.move(
                lead_id,
                self.cleaned_data["stage"],
                expected_stage_id=self.cleaned_data["expected"] or None,
                lost_reason=self.cleaned_data["lost_reason"],
            )
            self._give_date(period)
        return period

    def _give_date(self, period: LeadStage) -> None:
        when = self.cleaned_data["scheduled_for"]
        take = stage_dates.get(period.stage.records_kpi)
        if not when or not take:
            return
        try:
            take(period, when)
        except Refused as refusal:
            raise pipeline.MoveRefused(f"{refusal} Nothing was moved.") from refusal

    def undoable(self, period: LeadStage) -> str:
        """The period that undo takes back; empty if the lead was seen in that stage."""
        return (
            "" if self.cleaned_data["expected"] in ("", period.stage_id) else period.pk
        )
