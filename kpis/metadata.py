"""The details of an event in its `metadata_json`: one schema for each kind."""

from typing import Annotated

from pydantic import AwareDatetime, Field, StringConstraints

from kpis.choices import Category, Kind
from leads.models.procedure import CODE
from leads.payloads import RowId
from medspa.json_columns import Schema, listed

ClickId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,200}$")]
ProcedureCode = Annotated[str, StringConstraints(pattern=CODE)]
CategoryCode = Annotated[str, listed(Category)]
Cents = Annotated[int, Field(ge=0, le=10**10)]


class AdClick(Schema):
    click_id: ClickId | None = None


class ConsultBooked(Schema):
    """`stay` is the id of the stage period that began with the event, if any."""

    scheduled_for: AwareDatetime | None = None
    stay: RowId | None = None


class ConsultShow(Schema):
    """`booking` is the id of the consult_booked event of this consult."""

    booking: RowId | None = None
    stay: RowId | None = None


class InvoicePaid(Schema):
    procedure: ProcedureCode | None = None
    category: CategoryCode | None = None
    cost_cents: Cents | None = None


class InvoiceRefunded(Schema):
    pass


METADATA: dict[str, type[Schema]] = {
    Kind.AD_CLICK.value: AdClick,
    Kind.CONSULT_BOOKED.value: ConsultBooked,
    Kind.CONSULT_SHOW.value: ConsultShow,
    Kind.INVOICE_PAID.value: InvoicePaid,
    Kind.INVOICE_REFUNDED.value: InvoiceRefunded,
}
