"""Any sequence of acts, of every kind, leaves the kept totals true to the cent."""

import io
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import models, transaction
from django.db.models import Case, When
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from kpis.models import KpiEvent
from leads import bulk
from leads.board.past_figures import past_figures
from leads.bulk import undo as bulk_undo
from leads.models import (
    BulkAction,
    BulkRun,
    Lead,
    LeadMerge,
    LeadStage,
    PipelineStage,
    StageTotal,
)
from leads.models.stage_total import compact_stage_totals
from leads.move_refusals import MoveRefused
from leads.services import pipeline
from leads.services.actions import ActionRefused
from leads.services.merging import MergeChoice, MergeRefused, merge
from leads.services.stage_order import SetUpRefused, restore_stage
from leads.services.totals import check_stage_totals
from leads.services.undoing import undo
from leads.services.unmerging import unmerge
from medspa.models import User
from tests import factories
from tests.leads.intake.bringing import bring
from tests.leads.stage_retirement import retire

REASON = "price"
REFUSALS = (
    MoveRefused,
    ActionRefused,
    MergeRefused,
    SetUpRefused,
    ValidationError,
)
AT_ONCE = timedelta(microseconds=1)
which = st.integers(0, 11)
cents = st.integers(1, 10**9)


class Stay(NamedTuple):
    """A stage period with what counts of its lead."""

    stage: str
    since: datetime
    left: datetime | None
    deleted: datetime | None
    cents: int


def every_stay() -> list[Stay]:
    rows = LeadStage.objects.values_list(
        "stage_id",
        "changed_at",
        "left_at",
        "lead__deleted_at",
        Case(
            When(
                lead__opportunity__deleted_at=None,
                then="lead__opportunity__expected_value_cents",
            )
        ),
    )
    return [Stay(*row[:-1], row[-1] or 0) for row in rows]


def counted(stays: list[Stay]) -> dict[str, tuple[int, int]]:
    """Stage id → leads and cents, added up here from the rows, not by the database."""
    totals: dict[str, tuple[int, int]] = {}
    for stay in stays:
        count, total = totals.get(stay.stage, (0, 0))
        totals[stay.stage] = (count + 1, total + stay.cents)
    return totals


def without_nothing(
    totals: dict[str, tuple[int, int]],
) -> dict[str, tuple[int, int]]:
    return {stage: total for stage, total in totals.items() if total != (0, 0)}


def here_now(stay: Stay) -> bool:
    return stay.left is None and stay.deleted is None


def was_here(stay: Stay, end: datetime) -> bool:
    """Just before `end`."""
    ends = [moment for moment in (stay.left, stay.deleted) if moment]
    return stay.since < end and all(end <= moment for moment in ends)


class Clinic(RuleBasedStateMachine):
    """People and programs at work; each rule is one act of one of them."""

    @initialize()
    def open_the_clinic(self) -> None:
        self.block = transaction.atomic()
        self.block.__enter__()
        self.boss, _ = User.objects.get_or_create(username="boss", is_superuser=True)
        for number, outcome in enumerate(("open", "open", "won", "lost"), 1):
            factories.StageFactory(order=number, outcome=outcome)
        for number in range(3):
            self.a_lead_comes(number, 10_000)
        self.opened = timezone.now()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    @invariant()
    def kept_is_true(self) -> None:
        """Worked back from the kept totals the past is what the stays say, too."""
        stays = every_stay()
        kept = StageTotal.objects.by_stage()
        assert without_nothing(kept) == counted([s for s in stays if here_now(s)])
        assert all(check.agrees for check in check_stage_totals())
        # With the values of today, and the first moments that saw the newest moves.
        moments = sorted((stay.since for stay in stays), reverse=True)[2:4]
        for end in (self.opened, *(moment + AT_ONCE for moment in moments)):
            then = counted([stay for stay in stays if was_here(stay, end)])
            assert without_nothing(past_figures(end)) == then

    def lead(self, number: int) -> Lead:
        """Any lead, or three times of four a living one."""
        active = list(Lead.objects.order_by("pk"))
        leads = active if active and number % 4 else Lead.all_objects.order_by("pk")
        return leads[number % len(leads)]

    def stage(self, number: int) -> PipelineStage:
        stages = list(PipelineStage.all_objects.order_by("pk"))
        return stages[number % len(stages)]

    def attempt(self, act: Any, *arguments: Any, **options: Any) -> Any:
        """Do it, or be told why not; then nothing may have happened."""
        try:
            with transaction.atomic():
                return act(*arguments, **options)
        except REFUSALS:
            return None

    @rule(stage=which, value=cents)
    def a_lead_comes(self, stage: int, value: int) -> None:
        lead = factories.LeadFactory.build()
        entered = self.attempt(
            pipeline.create_lead, lead, self.stage(stage), lost_reason=REASON
        )
        if entered and value % 2 == 0:
            factories.OpportunityFactory(lead=lead, expected_value_cents=value)

    @rule(number=which, stage=which)
    def a_lead_is_moved(self, number: int, stage: int) -> None:
        lead, goal = self.lead(number), self.stage(stage)
        self.attempt(pipeline.move, lead.pk, goal.pk, lost_reason=REASON)

    @rule(number=which)
    def a_move_is_undone(self, number: int) -> None:
        lead = self.lead(number)
        if stage_period := lead.stage_periods.filter(left_at=None).first():
            self.attempt(undo, lead, "stage_period", stage_period.pk, self.boss)

    @rule(number=which, value=cents)
    def a_value_is_edited(self, number: int, value: int) -> None:
        worth = getattr(self.lead(number), "opportunity", None)
        if worth:
            worth.expected_value_cents = value
            worth.save()

    @rule(number=which)
    def a_value_is_deleted_or_restored(self, number: int) -> None:
        worth = getattr(self.lead(number), "opportunity", None)
        if worth:
            self.attempt(worth.restore if worth.is_deleted else worth.delete)

    @rule(number=which)
    def a_lead_is_deleted(self, number: int) -> None:
        self.attempt(self.lead(number).delete)

    @precondition(lambda self: Lead.all_objects.deleted().exists())
    @rule(number=which)
    def a_lead_is_restored(self, number: int) -> None:
        deleted = Lead.all_objects.deleted().order_by("pk")
        self.attempt(pipeline.restore_lead, deleted[number % len(deleted)])

    @rule(one=which, further=st.integers(1, 3), takes_stage=st.booleans())
    def two_leads_are_merged(self, one: int, further: int, takes_stage: bool) -> None:
        other = one + further
        choice = MergeChoice(
            opportunity_fields=frozenset({"expected_value_cents"}),
            takes_stage=takes_stage,
        )
        self.attempt(merge, self.lead(one).pk, self.lead(other).pk, choice)

    @precondition(lambda self: LeadMerge.objects.exists())
    @rule(number=which)
    def a_merge_is_undone(self, number: int) -> None:
        merges = list(LeadMerge.objects.order_by("pk"))
        self.attempt(unmerge, merges[number % len(merges)].pk)

    @rule(
        act=st.sampled_from([BulkAction.MOVE, BulkAction.DELETE]),
        stage=which,
        numbers=st.lists(which, max_size=4),
    )
    def many_are_changed(self, act: BulkAction, stage: int, numbers: list[int]) -> None:
        goal = self.stage(stage)
        order = bulk.BulkOrder(act, goal.pk, str(goal), REASON)
        leads = sorted({self.lead(number).pk for number in numbers})
        self.attempt(bulk.run_now, order, leads)

    @precondition(lambda self: BulkRun.objects.exists())
    @rule(number=which)
    def a_bulk_act_is_undone(self, number: int) -> None:
        runs = list(BulkRun.objects.order_by("pk"))
        self.attempt(bulk_undo.undo_run, runs[number % len(runs)].pk, self.boss)

    @rule(numbers=st.lists(which, max_size=4, unique=True), value=cents)
    def a_file_is_imported(self, numbers: list[int], value: int) -> None:
        """Some of its people are new, some known, some was deleted."""
        rows = [f"Ivy,c{number},{value // 100}" for number in numbers]
        bring("\n".join(["First name,Contact id,Value", *rows, ""]))

    @rule(number=which)
    def a_lead_is_purged(self, number: int) -> None:
        """Its rows are removed for good, as only the retention job does."""
        lead = self.lead(number)
        if Lead.all_objects.count() > 1:
            models.QuerySet.delete(KpiEvent.all_objects.filter(lead=lead))
            models.Model.delete(lead)

    @rule(stage=which, goal=which)
    def a_stage_is_retired(self, stage: int, goal: int) -> None:
        destination = self.stage(goal).pk
        self.attempt(retire, self.stage(stage), destination, lost_reason=REASON)

    @precondition(lambda self: PipelineStage.all_objects.deleted().exists())
    @rule(number=which)
    def a_stage_comes_back(self, number: int) -> None:
        retired = PipelineStage.all_objects.deleted().order_by("pk")
        self.attempt(restore_stage, retired[number % len(retired)])

    @rule()
    def the_totals_are_folded(self) -> None:
        assert compact_stage_totals()

    @rule(stage=which, leads=st.integers(-3, 3), value=st.integers(1, 999))
    def what_is_broken_is_found_and_repaired(
        self, stage: int, leads: int, value: int
    ) -> None:
        StageTotal.objects.create(
            stage=self.stage(stage), lead_count=leads, expected_value_cents=value
        )
        out, error = io.StringIO(), io.StringIO()
        call_command("verify_totals", "--fix", stdout=out, stderr=error)
        assert out.getvalue().endswith("Repaired the totals of 1 stage.\n")


@pytest.mark.slow
@pytest.mark.django_db
def test_the_totals_are_true_after_any_sequence_of_acts() -> None:
    run_state_machine_as_test(
        Clinic,
        settings=settings(
            max_examples=12,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
