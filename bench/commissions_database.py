"""Months of 100,000 payments in the database: runs, locks and pages measured.

python -m bench.commissions_database [--payments 100000] [--closed 2]

Works on the database of DATABASE_URL, which must hold nothing yet or what an earlier
call of it put there. CPU is this process's; the wall clock adds the server's part.
"""

import argparse
import json
import os
import random
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import django

from bench.__main__ import PROJECT
from medspa.demo.keys import demo_keys

os.environ |= demo_keys(PROJECT / "var") | {
    "DEBUG": "off",
    "ALLOWED_HOSTS": "testserver",
    "DJANGO_SETTINGS_MODULE": "bench.settings",
}
django.setup()

from django.contrib.auth.models import Group  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from bench.commissions_bench import MONTH, ROLES, make_event, make_rule  # noqa: E402
from commissions.engine import Event  # noqa: E402
from commissions.models import CommissionRule, Provider, Statement  # noqa: E402
from commissions.statements import closing  # noqa: E402
from commissions.statements.calculate import run_month  # noqa: E402
from kpis.models import KpiEvent  # noqa: E402
from medspa.clinic_time import clinic_zone, start_of_day  # noqa: E402
from medspa.ids import new_id  # noqa: E402
from medspa.models import User  # noqa: E402
from medspa.months import next_month, previous_month  # noqa: E402
from medspa.roles import MANAGER  # noqa: E402

LEADS = """
INSERT INTO leads_lead (id, first_name, email, email_index, phone, phone_index,
    phone_last4_index, source, ad_platform, created_at, updated_at)
SELECT id, 'Bench', '', '', '', '', '', 'website', '', '2025-01-01', '2025-01-01'
FROM unnest(%s::text[]) AS id
"""
EVENTS = """COPY kpis_kpievent (id, kind, value_cents, metadata_json, occurred_at,
    recorded_at, lead_id, refund_of_id) FROM STDIN"""
CREDITS = (
    "COPY commissions_credit (id, share_bps, kpi_event_id, provider_id) FROM STDIN"
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--payments", type=int, default=100_000)
    parser.add_argument("--closed", type=int, default=2, help="locked months (2)")
    options = parser.parse_args()
    if not KpiEvent.objects.exists():
        fill(options.payments, options.closed)
    manager = person()
    for month in months(options.closed)[:-1]:
        if not Statement.objects.closed().of_month(month).exists():
            close(month, manager)
    with transaction.atomic():
        for name, act in questions(manager):
            print(json.dumps({"what": name, **measured(act)}), flush=True)
        transaction.set_rollback(True)


def months(closed: int) -> list[date]:
    found = [MONTH]
    for _ in range(closed):
        found.insert(0, previous_month(found[0]))
    return found


def person() -> User:
    found, _ = User.objects.get_or_create(username="bench")
    found.groups.set([Group.objects.get(name=MANAGER)])
    return found


def close(month: date, manager: User) -> None:
    run_month(month)
    assert not closing.approve(month, manager).refused
    print(json.dumps({"what": f"lock of {month}", **measured(_lock(month, manager))}))


def _lock(month: date, manager: User) -> Callable[[], Any]:
    return lambda: closing.lock(month, manager)


def questions(manager: User) -> Iterator[tuple[str, Callable[[], Any]]]:
    client = Client()
    client.force_login(manager)

    def page(address: str) -> Callable[[], Any]:
        def ask() -> None:
            answer = client.get(address)
            assert answer.status_code == 200, answer

        return ask

    yield "run of a month", lambda: run_month(MONTH)
    yield "run again", lambda: run_month(MONTH)
    overview = page(f"/commissions/?month={MONTH:%Y-%m}")
    overview()
    yield "month overview", overview
    largest = max(
        Statement.objects.current().of_month(MONTH), key=lambda row: row.lines.count()
    )
    for number in (1, 5):
        address = f"/commissions/{largest.pk}/?page={number}"
        yield f"page {number} of {largest.lines.count()} lines", page(address)
    last = previous_month(MONTH)
    locked = Statement.objects.closed().of_month(last).first()
    if locked:
        address = f"/commissions/{locked.pk}/changes/"
        yield "what changed: nothing", page(address)
        late_payment(locked)
        yield "what changed: a late payment", page(address)
        yield "run with a late payment", lambda: run_month(MONTH)
    yield "PDF", page(f"/commissions/{largest.pk}/pdf/")
    yield "approve of 200", lambda: closing.approve(MONTH, manager)
    yield "lock of 200", lambda: closing.lock(MONTH, manager)


def late_payment(statement: Statement) -> None:
    model = KpiEvent.objects.filter(
        credits__provider=statement.provider_id,
        occurred_at__lt=start_of_day(MONTH, clinic_zone()),
        refunds=None,
    ).order_by("-occurred_at")
    event = model[0]
    credit = event.credits.get(provider=statement.provider_id)
    event.pk, credit.pk = new_id(), new_id()
    with transaction.atomic():
        event.save(force_insert=True)
        credit.kpi_event = event
        credit.save(force_insert=True)


def measured(act: Callable[[], Any]) -> dict[str, Any]:
    with CaptureQueriesContext(connection) as queries:
        cpu, wall = time.process_time(), time.perf_counter()
        act()
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    sql = sum(float(query["time"]) for query in queries.captured_queries)
    return {
        "cpu_ms": round(1000 * cpu),
        "wall_ms": round(1000 * wall),
        "sql_ms": round(1000 * sql),
        "queries": len(queries),
    }


def fill(payments: int, closed: int) -> None:
    chance = random.Random(7)
    names = [f"p{number:03}" for number in range(200)]
    people = {name: new_id() for name in names}
    began = datetime(2025, 1, 1, tzinfo=UTC)
    for index, name in enumerate(names):
        row: Any = Provider(
            id=people[name],
            name=f"Provider {index:03}",
            role=ROLES[index % len(ROLES)],
            created_at=began,
        )
        row._history_date = began
        row.save(force_insert=True)
    _rules(chance, people)
    leads = {f"l{number:06}": new_id() for number in range(payments // 2 + 1)}
    with connection.cursor() as cursor:
        cursor.execute(LEADS, [list(leads.values())])
    for month in months(closed):
        events = [make_event(number, chance, names) for number in range(payments)]
        _events(month, events, people, leads)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _rules(chance: random.Random, people: dict[str, str]) -> None:
    for number in range(500):
        rule = make_rule(number, chance, list(people))
        terms = rule.terms.model_dump(mode="json", exclude_unset=True)
        if "members" in terms:
            members = terms["members"].items()
            terms["members"] = {people[name]: weight for name, weight in members}
        CommissionRule(
            provider_id=people[rule.provider] if rule.provider else None,
            role=rule.role or "",
            rule_json=terms,
            priority=rule.priority,
            effective_from=date(2025, 1, 1),
        ).save()


def _events(
    month: date, events: list[Event], people: dict[str, str], leads: dict[str, str]
) -> None:
    ids = {event.id: new_id() for event in events}
    days = (next_month(month) - month).days
    with transaction.atomic(), connection.cursor() as cursor:
        with cursor.copy(EVENTS) as copy:
            for event in events:
                moment = event.occurred_at
                moment = moment.replace(
                    year=month.year, month=month.month, day=min(moment.day, days)
                )
                details: dict[str, Any] = {}
                if event.refund_of is None:
                    details = {
                        "procedure": event.procedure,
                        "category": event.category,
                        "cost_cents": event.cost_cents,
                    }
                copy.write_row(
                    (
                        ids[event.id],
                        event.kind,
                        event.value_cents if not event.refund_of else 5_000,
                        json.dumps(details),
                        moment,
                        moment,
                        leads[event.lead or ""],
                        ids[event.refund_of] if event.refund_of else None,
                    )
                )
        with cursor.copy(CREDITS) as copy:
            for event in events:
                for share in event.credits:
                    key = ids[event.id]
                    row = new_id(), share.share_bps, key, people[share.provider]
                    copy.write_row(row)


if __name__ == "__main__":
    main()
