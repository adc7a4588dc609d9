"""What an event may say beside its moment and money: one closed shape a kind."""

from typing import Annotated

from pydantic import AwareDatetime, Field, StringConstraints

from kpis.choices import Category, Kind
from leads.choices import Procedure
from leads.payloads import RowId
from medspa.json_shapes import Shape, listed

ClickId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,200}$")]
ProcedureCode = Annotated[str, listed(Procedure)]
CategoryCode = Annotated[str, listed(Category)]
Cents = Annotated[int, Field(ge=0, le=10**10)]


class AdClick(Shape):
    click_id: ClickId | None = None


class ConsultBooked(Shape):
    """`stay` names the stage entry that recorded the event, if one did."""

    scheduled_for: AwareDatetime | None = None
    stay: RowId | None = None


class ConsultShow(Shape):
    """`booking` is the consult_booked event that was kept."""

    booking: RowId | None = None
    stay: RowId | None = None


class InvoicePaid(Shape):
    procedure: ProcedureCode | None = None
    category: CategoryCode | None = None
    cost_cents: Cents | None = None


class InvoiceRefunded(Shape):
    pass


METADATA: dict[str, type[Shape]] = {
    Kind.AD_CLICK.value: AdClick,
    Kind.CONSULT_BOOKED.value: ConsultBooked,
    Kind.CONSULT_SHOW.value: ConsultShow,
    Kind.INVOICE_PAID.value: InvoicePaid,
    Kind.INVOICE_REFUNDED.value: InvoiceRefunded,
}
