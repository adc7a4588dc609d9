"""Merging and undoing by several people at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from leads.models import Lead, LeadMerge, LeadStage
from leads.services.merging import MergeChoice, merge
from leads.services.totals import check_stage_totals
from leads.services.unmerging import unmerge
from medspa.refusals import Refused
from tests import factories

pytestmark = pytest.mark.usefixtures("committed")


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Run the acts in connections of their own; what each returns or raises."""
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        start.wait(10)
        try:
            return act()
        except Refused as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_two_people_merging_the_same_two_crosswise_make_one_merge() -> None:
    one, two = (factories.LeadFactory(admitted=True) for _ in range(2))
    at_once(
        lambda: merge(one.pk, two.pk, MergeChoice()),
        lambda: merge(two.pk, one.pk, MergeChoice()),
        lambda: merge(one.pk, two.pk, MergeChoice()),
    )
    assert LeadMerge.objects.count() == 1
    assert Lead.objects.count() == 1
    assert LeadStage.objects.current().count() == 1
    assert all(check.agrees for check in check_stage_totals())


def test_two_undoing_one_merge_undo_it_once() -> None:
    one, two = (factories.LeadFactory(admitted=True) for _ in range(2))
    row = merge(one.pk, two.pk, MergeChoice())
    results = at_once(lambda: unmerge(row.pk), lambda: unmerge(row.pk))
    assert sum(isinstance(result, Refused) for result in results) == 1
    assert LeadStage.objects.current().count() == 2
    assert all(check.agrees for check in check_stage_totals())
