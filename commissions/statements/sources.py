"""The payments and refunds under lines: what each adds to the base of its line."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from commissions.engine import LineSource
from commissions.models import StatementLine
from kpis.choices import Kind
from kpis.models import KpiEvent
from leads.models.procedure import procedure_name
from medspa.clinic_time import clinic_zone, local_date
from medspa.formats import format_percent


@dataclass(frozen=True)
class SourceView:
    """A payment or refund under a line; `cents` are what it adds to the base.

    `event` is None when it was deleted with the person's data.
    """

    source: LineSource
    event: KpiEvent | None
    what: str
    on: date | None
    procedure: str

    @property
    def cents(self) -> int:
        return self.source.cents

    @property
    def details(self) -> list[str]:
        """The procedure, and which share of the payment counts, where there is one."""
        return [each for each in (self.procedure, self.share) if each]

    @property
    def share(self) -> str:
        """The share in words; empty for the whole payment."""
        share_bps = self.source.share_bps
        return "" if share_bps == 10_000 else f"{format_percent(share_bps)} share"


def events_of(
    lines: Iterable[StatementLine], most: int | None = None
) -> dict[str, KpiEvent]:
    """The events of lines, those under them (`most` of each), and of refunds also the
    payments. By two queries."""
    lines = list(lines)
    keys = {line.event_id for line in lines if line.event_id}
    keys |= {each[0] for line in lines for each in line.sources_json[:most]}
    events: dict[str, KpiEvent] = KpiEvent.all_objects.in_bulk(list(keys))
    payments = {event.refund_of_id for event in events.values() if event.refund_of_id}
    return events | KpiEvent.all_objects.in_bulk(list(payments - events.keys()))


def source_views(
    line: StatementLine, events: Mapping[str, KpiEvent], most: int | None = None
) -> list[SourceView]:
    return [source_view(source, events) for source in line.sources[:most]]


def source_view(source: LineSource, events: Mapping[str, KpiEvent]) -> SourceView:
    event = events.get(source.event)
    fallback = Kind.INVOICE_REFUNDED if source.cents < 0 else Kind.INVOICE_PAID
    return SourceView(
        source,
        event,
        str(event.get_kind_display() if event else fallback.label),
        local_date(event.occurred_at, clinic_zone()) if event else None,
        procedure_of(event, events),
    )


def procedure_of(event: KpiEvent | None, events: Mapping[str, KpiEvent]) -> str:
    """The procedure of a payment, or of the one that a refund is about."""
    paid = events.get(event.refund_of_id or "", event) if event else None
    code = paid.metadata_json.get("procedure") if paid else None
    return procedure_name(code)
