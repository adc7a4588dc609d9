"""What the audit log says of connections."""

from medspa.audit.events import audit_kind
from medspa.json_columns import Schema


class ConnectionDetails(Schema):
    system: str


CONNECTED = audit_kind(
    "system_connected", "Connection added", "connected {system}", ConnectionDetails
)
SETTINGS_CHANGED = audit_kind(
    "connection_settings_changed",
    "Connection's settings changed",
    "changed the settings of {system}",
    ConnectionDetails,
)
SECRET_SET = audit_kind(
    "connection_secret_set",
    "Connection's secret set",
    "set the secret of {system}",
    ConnectionDetails,
)


class UndoDetails(Schema):
    title: str
    items: int


UNDO_STARTED = audit_kind(
    "import_undone", "Import undone", "undid {items:item|items} of {title}", UndoDetails
)


class PaymentOrderDetails(Schema):
    system: str


PAYMENT_ORDER_CHANGED = audit_kind(
    "payment_order_changed",
    "Order of payment systems changed",
    "let payments of {system} count before those of other systems",
    PaymentOrderDetails,
)
