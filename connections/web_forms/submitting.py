"""A visitor's form on its way to a lead: stored first, worked off by the queue."""

from connections.door import Delivery
from connections.doors.web_form import DOOR
from connections.models import WebForm
from connections.receiving import receive
from connections.web_forms.saving import connection_of


def submit(form: WebForm, delivery: Delivery) -> None:
    """Store what was sent; sent twice, it is stored once.

    Raises DeliveryRefused for a page that is not ours or was open for too long.
    """
    receive(connection_of(form), DOOR, delivery)
