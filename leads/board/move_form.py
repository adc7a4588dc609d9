"""The form that moves one lead: the same fields in the dialog and on its page."""

from django import forms
from django.db import transaction

from leads.extension_points import stage_questions
from leads.models import LeadStage
from leads.models.lead_lists import offered_lost_reasons
from leads.move_refusals import MoveRefused
from leads.services import pipeline
from medspa.refusals import Refused
from medspa.web.forms.fields import LocalMomentField


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

    # What the person should know of the date, once the lead was moved.
    notice = ""

    def move(self, lead_id: str) -> LeadStage:
        """Move the lead; raises MoveRefused with a sentence for the person."""
        if not self.is_valid():
            raise MoveRefused(str(next(iter(self.errors.values()))[0]))
        with transaction.atomic():
            period = pipeline.move(
                lead_id,
                self.cleaned_data["stage"],
                expected_stage_id=self.cleaned_data["expected"] or None,
                lost_reason=self.cleaned_data["lost_reason"],
            )
            self._answer(period)
        return period

    def _answer(self, period: LeadStage) -> None:
        question = stage_questions.get(period.stage.records_kpi)
        if not question:
            return
        when = self.cleaned_data["scheduled_for"]
        try:
            question.take(period, when, dict(self.data.items()))
        except Refused as refusal:
            sentence = f"{refusal} Nothing was moved."
            raise MoveRefused(sentence, refusal.code) from refusal
        self.notice = question.notice(when) if when else ""

    def undoable(self, period: LeadStage) -> str:
        """The period that undo takes back; empty if the lead was seen in that stage."""
        return (
            "" if self.cleaned_data["expected"] in ("", period.stage_id) else period.pk
        )
