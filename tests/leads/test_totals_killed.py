"""A writer is killed without a word: the totals are true right afterwards."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import Pipe
from multiprocessing.connection import Connection as Hear

import pytest
from django.db import transaction

from leads.models import Lead, LeadStage, Opportunity, StageTotal
from leads.services import pipeline
from leads.services.pipeline import create_lead, move_many
from tests.factories import LeadFactory
from tests.forked import forked
from tests.leads.board_rows import Pipeline
from tests.leads.stage_totals import count_stage_totals
from tests.leads.test_totals import kept_is_true

Say = Callable[[str], None]


def in_mid_transaction(stages: Pipeline, say: Say) -> None:
    with transaction.atomic():
        leads = list(Lead.objects.order_by("pk"))
        move_many([lead.pk for lead in leads[:3]], stages.second.pk)
        Opportunity.objects.filter(lead=leads[3]).update(expected_value_cents=5)
        leads[4].delete()
        create_lead(Lead(first_name="Ivy"))
        say("written")
        signal.pause()


def all_the_time(stages: Pipeline, say: Say) -> None:
    leads = list(Lead.objects.order_by("pk"))
    say("written")
    while True:
        for lead in leads:
            for stage in (stages.second, stages.first):
                pipeline.move(lead.pk, stage.pk)
                with transaction.atomic():
                    Opportunity.objects.filter(lead=lead).update(
                        expected_value_cents=stage.order
                    )
                    lead.delete()
                lead.restore()
                say("written")


@contextmanager
def writer(stages: Pipeline, does: Callable[[Pipeline, Say], None]) -> Iterator[Hear]:
    """A process at work, killed at the end of the block."""
    hear, say = Pipe(duplex=False)
    with forked(does, stages, say.send) as process:
        say.close()
        yield hear
    hear.close()
    assert process.exitcode == -signal.SIGKILL


def wait_for(hear: Hear, writes: int) -> None:
    for _ in range(writes):
        assert hear.recv() == "written"


def test_what_a_killed_transaction_wrote_is_in_no_total(committed: None) -> None:
    stages = Pipeline()
    leads = [stages.lead(cents=10_000) for _ in range(5)]
    before = StageTotal.objects.by_stage()
    with writer(stages, in_mid_transaction) as hear:
        wait_for(hear, 1)
        # Nobody else sees, while it is still open.
        assert StageTotal.objects.by_stage() == before == count_stage_totals()
    # The lead that the dead one had locked moves as soon as the server has noticed.
    pipeline.move(leads[0].pk, stages.won.pk)
    assert Lead.objects.count() == 5
    assert LeadStage.objects.count() == 6
    assert kept_is_true()
    assert StageTotal.objects.by_stage()[stages.won.pk] == (1, 10_000)


@pytest.mark.parametrize("writes", [1, 4, 9])
def test_a_writer_may_die_at_any_moment(committed: None, writes: int) -> None:
    stages = Pipeline()
    for _ in range(3):
        LeadFactory(stage=stages.first)
        stages.lead(cents=10_000)
    with writer(stages, all_the_time) as hear:
        wait_for(hear, writes)
    assert kept_is_true()
    assert LeadStage.objects.filter(left_at=None).count() == 6
