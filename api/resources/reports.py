"""The KPI report and commission statements, to read."""

from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.urls import reverse
from pydantic import BaseModel

from api.ground.etags import etag_of
from api.ground.problems import not_found
from api.idempotency.answering import KeptAnswer
from api.resources.paging import PAGING, page_of
from api.resources.values import asked_day, asked_moment, invalid, known_id
from api.web.calls import ApiCall
from api.web.operations import Operation, operation
from commissions.models import Statement, StatementLine
from kpis.metrics.definitions import Basis
from kpis.page.report import ROW_KEYS, full_report, heading, plain, rows_report
from kpis.period import Period, Window
from kpis.queries.numbers import KpiData
from medspa import clock
from medspa.clinic_time import clinic_zone

MONTH = "^20[0-9]{2}-(0[1-9]|1[0-2])$"
SEE_ALL, SEE_OWN = "commissions.view_month", "commissions.view_own_statement"


class StatementAnswer(BaseModel):
    """A provider's month, in cents."""

    id: str
    provider_id: str
    month: date
    revision: int
    status: str
    lines_cents: int
    adjustments_cents: int
    opening_cents: int
    payable_cents: int
    closing_cents: int
    draw_topup_cents: int
    draw_recovered_cents: int
    computed_at: datetime
    approved_at: datetime | None
    locked_at: datetime | None
    paid_at: datetime | None


class LineAnswer(BaseModel):
    """One amount; `sources` are [event id, share in bps, cents] of payments."""

    id: str
    position: int
    kind: str
    rule_id: str
    event_id: str | None
    base_cents: int
    amount_cents: int
    share_bps: int
    rate_bps: int | None
    sources: list[Any]


@operation(
    Operation(
        "get_kpi_report",
        "get",
        "/kpis/report",
        "kpis:read",
        ("kpis.view_kpis",),
        "Get the KPIs of a range of days",
        "The keys are those of the definitions in docs/kpis.md. `page` is the address "
        "of the same figures in the product, with links to the rows behind them.",
        "Reports",
        parameters={
            "from": "The first day, like 2026-03-01. Required.",
            "to": "The last day, included. Required.",
            "as_of": "Follow leads up to this moment; without it, now.",
            "basis": f"Only the figures of one of {', '.join(Basis)}.",
            "by": f"Only rows by one of {', '.join(ROW_KEYS)}.",
        },
        formats={
            "basis": {"type": "string", "enum": [*Basis]},
            "by": {"type": "string", "enum": [*ROW_KEYS]},
        },
    )
)
def get_kpi_report(call: ApiCall) -> KeptAnswer:
    first, last = asked_day(call, "from"), asked_day(call, "to")
    as_of = asked_moment(call, "as_of") or clock.now()
    window = Window(Period.between(first, last), clinic_zone(), as_of)
    basis, by = call.query.get("basis"), call.query.get("by")
    if basis is not None and basis not in list(Basis):
        raise invalid("basis", f"choose one of {', '.join(Basis)}")
    if by is not None and by not in ROW_KEYS:
        raise invalid("by", f"choose one of {', '.join(ROW_KEYS)}")
    page = f"{reverse('kpis')}?from={first}&to={last}"
    return KeptAnswer(_report(window, basis, by) | {"page": page})


def _report(window: Window, basis: str | None, by: str | None) -> dict[str, Any]:
    if by:
        numbers = KpiData(window, Basis(basis or Basis.PERIOD))
        rows = rows_report(numbers.by(by), numbers.basis)
        return heading(window) | {"basis": numbers.basis.value, f"by_{by}": rows}
    if basis:
        numbers = KpiData(window)
        figures = numbers.cohort if basis == Basis.COHORT else numbers.figures
        return heading(window) | {basis: plain(figures)}
    return full_report(window)


@operation(
    Operation(
        "list_statements",
        "get",
        "/statements",
        "statements:read",
        (),
        "List commission statements",
        "All of them, or those of the person the key acts for.",
        "Reports",
        parameters={"month": "Like 2026-03.", **PAGING},
        formats={
            "month": {"type": "string", "pattern": "^20[0-9]{2}-(0[1-9]|1[0-2])$"}
        },
        answer=StatementAnswer,
        is_list=True,
    )
)
def list_statements(call: ApiCall) -> KeptAnswer:
    rows = visible_statements(call)
    month = call.query.get("month", "")
    if month:
        try:
            rows = rows.of_month(date.fromisoformat(f"{month}-01"))
        except ValueError as error:
            raise invalid("month", "send a month like 2026-03") from error
    return page_of(call, rows, f"statements {month}", _data)


@operation(
    Operation(
        "get_statement",
        "get",
        "/statements/{statement_id}",
        "statements:read",
        (),
        "Get a commission statement",
        tag="Reports",
        answer=StatementAnswer,
    )
)
def get_statement(call: ApiCall, statement_id: str) -> KeptAnswer:
    data = _data(_statement(call, statement_id))
    return KeptAnswer(data, etag=etag_of(data))


@operation(
    Operation(
        "list_statement_lines",
        "get",
        "/statements/{statement_id}/lines",
        "statements:read",
        (),
        "List the lines of a commission statement",
        tag="Reports",
        parameters=PAGING,
        answer=LineAnswer,
        is_list=True,
    )
)
def list_statement_lines(call: ApiCall, statement_id: str) -> KeptAnswer:
    row = _statement(call, statement_id)
    lines = StatementLine.objects.filter(statement=row)
    return page_of(call, lines, f"lines {row.pk}", _line)


def visible_statements(call: ApiCall) -> Any:
    """All statements, or those of the key's owner; raises PermissionDenied."""
    rows = Statement.objects.current()
    if call.may(SEE_ALL):
        return rows
    if call.may(SEE_OWN):
        return rows.of_person(call.person)
    raise PermissionDenied


def _statement(call: ApiCall, statement_id: str) -> Statement:
    row: Statement | None = (
        visible_statements(call).filter(pk=known_id(statement_id)).first()
    )
    if row is None:
        raise not_found()
    call.subject = row
    return row


def _data(row: Statement) -> dict[str, Any]:
    return {name: getattr(row, name) for name in StatementAnswer.model_fields}


def _line(row: StatementLine) -> dict[str, Any]:
    data = {
        name: getattr(row, name)
        for name in LineAnswer.model_fields
        if name != "sources"
    }
    return data | {"sources": row.sources_json}
