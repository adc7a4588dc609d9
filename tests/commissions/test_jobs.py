"""Months worked out and signed by a worker: once, whole, and stopped when asked."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from django.db import connection, connections
from django.test import Client
from django.urls import reverse

from commissions import jobs
from commissions.models import Provider, Statement, StatementLine
from commissions.statements import closing
from commissions.statements.calculate import RunReport, run_month
from kpis.models import KpiEvent
from medspa.audit.actors import acting
from medspa.clinic_time import clinic_today, clinic_zone, start_of_day
from medspa.ids import new_id
from medspa.jobs.progress import JobCanceled, NullProgress
from medspa.jobs.registry import JobRefused, cancel, start_job
from medspa.models import JobRun, RunState, User
from medspa.months import month_of
from tests.commissions.clinic import (
    APRIL,
    MARCH,
    TEN_PERCENT,
    agree,
    hire,
    pay,
    statement_of,
)
from tests.commissions.test_at_once import held_lock
from tests.committed import database_url
from tests.factories import UserFactory
from tests.job_runs import carry_out, forked_worker, silence_workers
from tests.locks import wait_until_somebody_waits
from tests.rules import empty_history

pytestmark = pytest.mark.slow

AFTER = "/commissions/?month=2026-03"


@pytest.fixture
def ana(committed: None) -> Provider:
    ana = hire("Ana RN")
    agree(ana, TEN_PERCENT)
    for day in range(1, 21):
        pay(ana, 10_000 + day, day=day)
    return ana


@pytest.fixture
def manager(committed: None) -> Iterator[User]:
    user = UserFactory(is_superuser=True)
    yield user
    connection.cursor().execute("TRUNCATE commissions_statement CASCADE")
    empty_history(Statement)
    connection.cursor().execute("TRUNCATE medspa_jobrun CASCADE")
    user.delete()


def asked(kind: str, user: User) -> JobRun:
    return jobs.begin_job(kind, MARCH, user, AFTER)


def test_a_worker_works_a_month_out(ana: Provider, manager: User) -> None:
    run = carry_out(asked(jobs.RUN, manager))
    assert (run.state, run.outcome) == (
        RunState.DONE,
        "1 recalculated, 0 unchanged.",
    )
    assert (run.done, run.total, run.after) == (20, 20, AFTER)
    assert statement_of(ana).lines.count() == 20
    assert statement_of(ana).history.get().history_user == manager
    again = carry_out(asked(jobs.RUN, manager))
    assert again.outcome == "0 recalculated, 1 unchanged."


def test_the_same_month_waits_only_once(ana: Provider, manager: User) -> None:
    first = asked(jobs.RUN, manager)
    assert asked(jobs.RUN, manager) == first
    assert jobs.begin_job(jobs.RUN, APRIL, manager, AFTER) != first
    assert carry_out(first).attempt == 1


def test_who_chose_other_statements_is_told_that_they_wait(
    manager: User,
) -> None:
    """And so is another person, whose signature it would not be."""
    run = asked(jobs.APPROVE, manager)
    for person, ids in ((manager, [new_id()]), (UserFactory(), None)):
        with pytest.raises(JobRefused, match="Approving March 2026 has already been"):
            jobs.begin_job(jobs.APPROVE, MARCH, person, AFTER, ids)
    assert JobRun.objects.get() == run == asked(jobs.APPROVE, manager)
    some = [new_id(), new_id()]
    chosen = jobs.begin_job(jobs.LOCK, MARCH, manager, AFTER, some)
    assert jobs.begin_job(jobs.LOCK, MARCH, manager, AFTER, some[::-1]) == chosen
    for others in (some[:1], [*some, new_id()], None):  # fewer, more, and all
        with pytest.raises(JobRefused, match="Locking March 2026 has already been"):
            jobs.begin_job(jobs.LOCK, MARCH, manager, AFTER, others)


def test_a_worker_killed_in_the_middle_leaves_nothing_and_the_next_completes(
    ana: Provider, manager: User
) -> None:
    """Killed when the statements are written and their lines are not."""
    run = asked(jobs.RUN, manager)
    with psycopg.connect(database_url()) as other:
        other.execute("LOCK TABLE commissions_statementline IN SHARE MODE")
        with forked_worker() as killed:
            wait_until_somebody_waits("commissions_statementline")
            killed.kill()
            killed.join()
    silence_workers()
    with held_lock():  # the dead one's transaction has ended
        assert not Statement.objects.exists()
        assert not StatementLine.objects.exists()
    run = carry_out(run)
    assert (run.state, run.attempt) == (RunState.DONE, 2)
    assert statement_of(ana).lines.count() == 20


def test_a_lock_killed_in_the_middle_locks_nobody_and_the_next_locks_all(
    ana: Provider, manager: User
) -> None:
    bea = hire("Bea RN")
    run_month(MARCH)
    closing.approve(MARCH, manager)
    run = asked(jobs.LOCK, manager)
    with psycopg.connect(database_url()) as other:
        other.execute("LOCK TABLE commissions_statementhistory IN SHARE MODE")
        with forked_worker() as killed:
            wait_until_somebody_waits("commissions_statementhistory")
            killed.kill()
            killed.join()
    silence_workers()
    with held_lock():
        assert not Statement.objects.closed().exists()
    assert carry_out(run).outcome == "2 locked."
    for provider in (ana, bea):
        assert statement_of(provider).locked_by == manager
        assert statement_of(provider).history.filter(status="locked").count() == 1


def test_whoever_waits_for_another_run_can_be_stopped(
    ana: Provider, manager: User
) -> None:
    run = asked(jobs.RUN, manager)
    with held_lock(), ThreadPoolExecutor(1) as pool:

        def work() -> None:
            try:
                carry_out(run)
            finally:
                connections.close_all()

        working = pool.submit(work)
        while JobRun.objects.get().state != RunState.RUNNING:
            assert not working.done()
        cancel(JobRun.objects.get())
        working.result(30)
    run.refresh_from_db()
    assert run.state == RunState.CANCELED
    assert not Statement.objects.exists()


def test_a_worker_approves_and_locks(ana: Provider, manager: User) -> None:
    run_month(MARCH)
    assert carry_out(asked(jobs.APPROVE, manager)).outcome == "1 approved."
    assert carry_out(asked(jobs.LOCK, manager)).outcome == "1 locked."
    row = statement_of(ana)
    assert (row.status, row.approved_by, row.locked_by) == ("locked", manager, manager)


def test_what_a_worker_could_not_sign_is_said_without_names(
    ana: Provider, manager: User
) -> None:
    ana.user = manager
    ana.save()
    run_month(MARCH)
    run = carry_out(asked(jobs.APPROVE, manager))
    assert (
        run.outcome
        == "0 approved. 1 not: it's your own, so someone else must approve it."
    )


def test_a_month_that_has_not_begun_is_refused_in_words(manager: User) -> None:
    month = clinic_today().replace(year=2099, day=1)
    run = jobs.begin_job(jobs.RUN, month, manager, AFTER)
    assert "hasn't started" in carry_out(run).failure
    wrong = start_job(jobs.RUN, jobs.MonthArguments(month="x"), title="Wrong")
    assert carry_out(wrong).failure == "Enter the month like 2026-03."


class StopsAt(NullProgress):
    """Somebody cancels at the step with this number."""

    def __init__(self, number: int) -> None:
        self.left = number

    def step(self, count: int = 1) -> None:
        self.left -= 1
        if self.left == 0:
            raise JobCanceled


@pytest.mark.django_db
@pytest.mark.parametrize("number", [1, 2, 3])
def test_stopped_at_any_step_nothing_is_written(
    number: int, manager_in_test: User
) -> None:
    ana = hire("Ana RN")
    agree(ana, TEN_PERCENT)
    pay(ana, 10_000)
    run_month(MARCH)
    closing.approve(MARCH, manager_in_test)
    closing.lock(MARCH, manager_in_test)
    pay(ana, 20_000)
    with pytest.raises(JobCanceled):
        run_month(APRIL, steps=StopsAt(number))
    assert not Statement.objects.of_month(APRIL).exists()
    run_month(APRIL)
    assert statement_of(ana, APRIL).adjustments_cents == 2_000


@pytest.fixture
def manager_in_test(db: None) -> User:
    return UserFactory()


@pytest.mark.django_db
def test_a_month_shows_the_latest_of_its_jobs(manager_in_test: User) -> None:
    of_march = [
        jobs.begin_job(kind, MARCH, manager_in_test, AFTER)
        for kind in (jobs.RUN, jobs.APPROVE, jobs.LOCK)
    ]
    jobs.begin_job(jobs.RUN, APRIL, manager_in_test, AFTER)
    assert jobs.last_job(MARCH) == of_march[-1]


def test_a_closed_month_is_named_once_however_many_earned_in_it() -> None:
    missing = [(APRIL, "c1"), (MARCH, "c1"), (MARCH, "c2")]
    report = RunReport(MARCH, written=1, unchanged=2, closed=3, missing=missing)
    assert jobs.run_sentences(report) == [
        "1 recalculated, 2 unchanged, 3 locked and left alone.",
        "Someone earned a commission in March 2026 without a statement. "
        "Recalculate that month.",
        "Someone earned a commission in April 2026 without a statement. "
        "Recalculate that month.",
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("sign", [jobs.approve, jobs.lock])
def test_nobody_signs_who_may_no_longer_sign_in(
    sign: Any, manager_in_test: User
) -> None:
    """Whose account was turned off since the worker looked."""
    hire("Ana RN")
    run_month(MARCH)
    manager_in_test.is_active = False
    asked = jobs.MonthArguments(month="2026-03")
    with (
        acting(user=manager_in_test),
        pytest.raises(JobRefused, match="can no longer sign"),
    ):
        sign(asked, NullProgress())
    assert Statement.objects.get().status == "draft"


# The buttons ----------------------------------------------------------------


def test_the_button_shows_how_far_the_month_is(
    ana: Provider, manager: User, client: Client
) -> None:
    client.force_login(manager)
    page = client.post(reverse("run_month"), {"month": "2026-03"}, follow=True)
    assert "Calculating March 2026" in page.content.decode()
    run = carry_out(JobRun.objects.get())
    page = client.get(page.redirect_chain[-1][0]).content.decode()
    assert "1 recalculated" in page
    assert run.after in page


def test_a_month_is_large_by_its_own_payments(
    ana: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    midnight = start_of_day(APRIL, clinic_zone())
    KpiEvent.objects.filter(pk=pay(ana, 10_000).pk).update(occurred_at=midnight)
    monkeypatch.setattr(jobs, "EVENTS_PER_REQUEST", 19)
    assert jobs.is_large(MARCH)
    monkeypatch.setattr(jobs, "EVENTS_PER_REQUEST", 20)
    assert not jobs.is_large(MARCH)
    monkeypatch.setattr(jobs, "EVENTS_PER_REQUEST", 0)
    assert jobs.is_large(APRIL)


def test_large_months_are_signed_by_a_worker(
    ana: Provider, manager: User, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "EVENTS_PER_REQUEST", 19)
    run_month(MARCH)
    client.force_login(manager)
    for name, status in (
        ("approve_statements", "approved"),
        ("lock_statements", "locked"),
    ):
        ticked = {"month": "2026-03", "statement": [statement_of(ana).pk]}
        client.post(reverse(name), ticked)
        carry_out(JobRun.objects.active().get())
        assert statement_of(ana).status == status


def test_what_changed_since_the_page_was_looked_at_is_not_approved(
    ana: Provider, manager: User, client: Client
) -> None:
    run_month(MARCH)
    client.force_login(manager)
    ticked = {"month": "2026-03", "statement": [statement_of(ana).pk]}
    seen = statement_of(ana).computed_at.isoformat()
    pay(ana, 10_000)
    run_month(MARCH)
    client.post(reverse("approve_statements"), {**ticked, "seen": seen})
    assert statement_of(ana).status == "draft"
    seen = statement_of(ana).computed_at.isoformat()
    client.post(reverse("approve_statements"), {**ticked, "seen": seen})
    assert statement_of(ana).status == "approved"


@pytest.fixture
def page(
    ana: Provider, manager: User, client: Client, monkeypatch: pytest.MonkeyPatch
) -> Client:
    """Every month is too large for a request."""
    monkeypatch.setattr(jobs, "EVENTS_PER_REQUEST", 0)
    hire("Bea RN")
    run_month(MARCH)
    client.force_login(manager)
    return client


def test_a_worker_signs_only_the_ticked_ones(
    page: Client, ana: Provider, manager: User
) -> None:
    bea = Provider.objects.get(name="Bea RN")
    ticked = {"month": "2026-03", "statement": [statement_of(bea).pk]}
    page.post(reverse("approve_statements"), ticked)
    carry_out(JobRun.objects.active().get())
    assert (statement_of(ana).status, statement_of(bea).status) == ("draft", "approved")
    closing.approve(MARCH, manager)
    page.post(reverse("lock_statements"), ticked)
    carry_out(JobRun.objects.active().get())
    assert (statement_of(ana).status, statement_of(bea).status) == (
        "approved",
        "locked",
    )


def test_a_worker_approves_nothing_that_changed_since_the_page_was_looked_at(
    page: Client, ana: Provider
) -> None:
    seen = statement_of(ana).computed_at.isoformat()
    pay(ana, 10_000)
    run_month(MARCH)
    ticked = {"month": "2026-03", "statement": [statement_of(ana).pk]}
    page.post(reverse("approve_statements"), {**ticked, "seen": seen})
    outcome = carry_out(JobRun.objects.active().get()).outcome
    assert outcome == "0 approved. 1 not: something has changed. Check it again."
    assert statement_of(ana).status == "draft"


def test_a_large_month_that_is_not_over_is_no_work_for_a_worker(
    page: Client, ana: Provider
) -> None:
    month = month_of(clinic_today())
    pay(ana, 10_000, month, day=1)
    run_month(month)
    ticked = {"month": f"{month:%Y-%m}", "statement": [statement_of(ana, month).pk]}
    answer = page.post(reverse("approve_statements"), ticked, follow=True)
    assert "isn't over yet" in answer.content.decode()
    assert not JobRun.objects.exists()
