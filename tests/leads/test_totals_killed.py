"""A writer is killed without a word: the totals are true right afterwards."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.conf import settings

from leads import pipeline
from leads.models import Lead, LeadStage, StageTotal
from leads.totals import true_stage_totals
from tests.committed import environment
from tests.factories import LeadFactory
from tests.leads.board_rows import Pipeline
from tests.leads.test_totals import kept_is_true

START = """
import sys
import django
django.setup()
from django.db import transaction
from leads.models import Lead, Opportunity
from leads.pipeline import admit, move, move_many
first, second = sys.argv[1:]
"""
IN_MID_TRANSACTION = """
with transaction.atomic():
    leads = list(Lead.objects.order_by("pk"))
    move_many([lead.pk for lead in leads[:3]], second)
    Opportunity.objects.filter(lead=leads[3]).update(expected_value_cents=5)
    leads[4].delete()
    admit(Lead(first_name="Ivy"))
    print("written", flush=True)
    sys.stdin.read()
"""
ALL_THE_TIME = """
leads = list(Lead.objects.order_by("pk"))
print("written", flush=True)
while True:
    for lead in leads:
        for stage in (second, first):
            move(lead.pk, stage)
            with transaction.atomic():
                Opportunity.objects.filter(lead=lead).update(
                    expected_value_cents=len(stage) + 7
                )
                lead.delete()
            lead.restore()
            print("written", flush=True)
"""


@contextmanager
def writer(stages: Pipeline, does: str) -> Iterator[subprocess.Popen]:
    """A process at work, killed at the end of the block."""
    process = subprocess.Popen(
        [sys.executable, "-c", START + does, stages.first.pk, stages.second.pk],
        env=environment(DJANGO_SETTINGS_MODULE="medspa.settings"),
        cwd=settings.BASE_DIR,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        yield process
        process.kill()
    assert process.returncode == -signal.SIGKILL


def wait_for(process: subprocess.Popen, writes: int) -> None:
    assert process.stdout
    for _ in range(writes):
        assert process.stdout.readline() == "written\n"


def test_what_a_killed_transaction_wrote_is_in_no_total(committed: None) -> None:
    stages = Pipeline()
    leads = [stages.lead(cents=10_000) for _ in range(5)]
    before = StageTotal.objects.by_stage()
    with writer(stages, IN_MID_TRANSACTION) as process:
        wait_for(process, 1)
        # Nobody else sees, while it is still open.
        assert StageTotal.objects.by_stage() == before == true_stage_totals()
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
    with writer(stages, ALL_THE_TIME) as process:
        wait_for(process, writes)
    assert kept_is_true()
    assert LeadStage.objects.filter(left_at=None).count() == 6
