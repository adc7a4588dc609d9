"""Why nothing was recorded, booked, paid back or voided."""

from medspa.refusals import Refused


class EventRefused(Refused):
    """The event is not recorded, or not voided."""

    code = "event_refused"


class ConsultRefused(EventRefused):
    """The consult is not booked, or its outcome not marked."""

    code = "consult_refused"


class ConsultClash(ConsultRefused):
    """Not booked yet, as the provider has another consult then; it can be anyway."""

    code = "consult_clash"


class PaymentRefused(EventRefused):
    """The payment or the refund is not recorded."""

    code = "payment_refused"


class VoidRefused(EventRefused):
    """Nothing was voided."""

    code = "void_refused"
