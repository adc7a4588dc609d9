"""The form of a bulk action, and the question that some stages ask before a move."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator
from django.db.models import Sum

from leads.bulk import BulkOrder
from leads.choices import Outcome
from leads.extension_points import stage_questions
from leads.models import BulkAction, Opportunity, PipelineStage, Tag
from leads.models.lead_lists import offered_lost_reasons
from leads.models.lead_queries import LeadQuerySet
from leads.services.assigning import CAN_NOT_OPEN, assignable_people
from medspa.web.forms.fields import LocalMomentField

# The date is stored with the run before it is checked for each lead.
LAST_MOMENT = datetime(2101, 1, 1, tzinfo=UTC)
TARGETS = {
    BulkAction.TAG: "tag",
    BulkAction.UNTAG: "tag",
    BulkAction.ASSIGN: "person",
    BulkAction.MOVE: "stage",
}


@dataclass(frozen=True)
class MoveQuestion:
    """What has to be answered before many leads are moved to `stage`."""

    stage: PipelineStage
    wants_date: bool
    worth_cents: int | None = None


class BulkForm(forms.Form):
    """The chosen leads are not part of it. `asked`: the question was answered."""

    act = forms.ChoiceField(choices=BulkAction.choices)
    tag = forms.ModelChoiceField(Tag.objects, required=False)
    person = forms.ModelChoiceField(
        assignable_people(),
        required=False,
        error_messages={"invalid_choice": f"{CAN_NOT_OPEN} Nothing was done."},
    )
    stage = forms.ModelChoiceField(PipelineStage.objects, required=False)
    lost_reason = forms.ChoiceField(choices=offered_lost_reasons, required=False)
    scheduled_for = LocalMomentField(
        required=False,
        validators=[MaxValueValidator(LAST_MOMENT, "Choose a day within a year.")],
        error_messages={"invalid": "Enter the consult's date and time."},
    )
    asked = forms.BooleanField(required=False)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        needed = TARGETS.get(given.get("act", ""), "")
        is_needed = needed and needed != "person" and needed not in self.errors
        if is_needed and not given.get(needed):
            raise forms.ValidationError(f"Choose a {needed} first. Nothing was done.")
        return given

    @property
    def order(self) -> BulkOrder:
        given = self.cleaned_data
        act = BulkAction(given["act"])
        row = given.get(TARGETS.get(act, ""))
        name = str(row) if row else ("no one" if act is BulkAction.ASSIGN else "")
        is_lost = isinstance(row, PipelineStage) and row.is_lost
        return BulkOrder(
            act,
            row.pk if row else "",
            name,
            given["lost_reason"] if is_lost else "",
            given["scheduled_for"] if act is BulkAction.MOVE else None,
        )

    def question(self, leads: LeadQuerySet) -> MoveQuestion | None:
        """What the stage asks and the form does not answer yet."""
        given = self.cleaned_data
        stage = given["stage"] if given["act"] == BulkAction.MOVE else None
        if stage is None:
            return None
        if stage.is_lost:
            return (
                None if given["lost_reason"] else MoveQuestion(stage, wants_date=False)
            )
        if given["asked"]:
            return None
        if stage.records_kpi in stage_questions:
            return MoveQuestion(stage, wants_date=True)
        if stage.outcome == Outcome.WON:
            return MoveQuestion(stage, wants_date=False, worth_cents=worth(leads))
        return None


def worth(leads: LeadQuerySet) -> int:
    """The expected value of the leads together, in cents."""
    found = Opportunity.objects.filter(lead__in=leads.order_by().values("pk"))
    return found.aggregate(cents=Sum("expected_value_cents"))["cents"] or 0
