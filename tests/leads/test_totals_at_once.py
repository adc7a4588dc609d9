"""Moves, edits, deletions, merges and bulk acts at one moment: totals stay true."""

from collections.abc import Callable
from contextlib import suppress
from itertools import cycle, islice

import pytest
from django.core.exceptions import ValidationError

from leads.models import Lead, LeadStage, Opportunity
from leads.models.stage_total import compact_stage_totals
from leads.services import pipeline
from leads.services.merging import MergeChoice, merge
from leads.services.totals import rebuild_stage_totals
from leads.services.unmerging import unmerge
from medspa.refusals import Refused
from tests.factories import LeadFactory
from tests.leads.board_rows import Pipeline
from tests.leads.test_totals import at_once, kept_is_true

ROUNDS = 12
REFUSALS = (Refused, ValidationError)


class Clinic:
    """A committed pipeline with five leads, and who works on it."""

    def __init__(self) -> None:
        self.stages = Pipeline()
        self.leads = [self.stages.lead(cents=10_000) for _ in range(5)]
        self.goals = cycle([self.stages.second.pk, self.stages.won.pk])

    def again(self, act: Callable[[Lead], object]) -> None:
        for lead in islice(cycle(self.leads), ROUNDS):
            with suppress(*REFUSALS):
                act(Lead.all_objects.get(pk=lead.pk))

    def move(self) -> None:
        self.again(lambda lead: pipeline.move(lead.pk, next(self.goals)))

    def move_all(self) -> None:
        ids = [lead.pk for lead in self.leads]
        for _ in range(ROUNDS):
            pipeline.move_many(ids, self.stages.first.pk)
            pipeline.move_many(ids, self.stages.lost.pk, lost_reason="price")

    def edit(self) -> None:
        def change(lead: Lead) -> None:
            worth = Opportunity.objects.get(lead=lead)
            worth.expected_value_cents += 1
            worth.save()

        self.again(change)

    def delete_and_restore(self) -> None:
        def change(lead: Lead) -> None:
            if lead.is_deleted:
                pipeline.restore_lead(lead)
            else:
                lead.delete()

        self.again(change)

    def come(self) -> None:
        for _ in range(ROUNDS):
            LeadFactory(stage=self.stages.first)

    def merge_and_unmerge(self) -> None:
        for _ in range(ROUNDS // 3):
            with suppress(*REFUSALS):
                row = merge(self.leads[0].pk, self.leads[1].pk, MergeChoice())
                unmerge(row.pk)

    def count_again(self) -> None:
        for _ in range(ROUNDS):
            compact_stage_totals()
            rebuild_stage_totals()


@pytest.mark.slow
@pytest.mark.parametrize(
    "acts",
    [
        ("move", "edit", "delete_and_restore"),
        ("move_all", "edit", "delete_and_restore", "come"),
        ("move_all", "move", "count_again"),
        ("merge_and_unmerge", "edit", "count_again"),
    ],
    ids=" ".join,
)
def test_the_totals_are_true_after_all_of_them_at_once(
    committed: None, acts: tuple[str, ...]
) -> None:
    clinic = Clinic()
    at_once(*(getattr(clinic, act) for act in acts))
    assert kept_is_true()
    for lead in Lead.all_objects.all():
        assert LeadStage.objects.filter(lead=lead, left_at=None).count() <= 1
