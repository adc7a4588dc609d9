"""How often one address may send forms, without storing addresses."""

from datetime import datetime

from django.db import connection
from django.utils.crypto import salted_hmac

from medspa.refusals import Refused

# A clinic's waiting room, or a whole office, may share one address.
MOST_AN_HOUR = 20
COUNT_ENTRY = """
INSERT INTO connections_webformcount (address_hash, hour, count) VALUES (%s, %s, 1)
ON CONFLICT (address_hash, hour)
    DO UPDATE SET count = connections_webformcount.count + 1
RETURNING count
"""


class TooManyForms(Refused):
    code = "too_many_forms"


def count_form(address: str, now: datetime) -> None:
    """Note that the address sent a form; raises TooManyForms above the limit.

    What is stored is an HMAC under a key that differs from day to day.
    """
    hour = now.replace(minute=0, second=0, microsecond=0)
    salt = f"connections.web_forms.{now:%Y-%m-%d}"
    hashed = salted_hmac(salt, address, algorithm="sha256").digest()
    with connection.cursor() as cursor:
        cursor.execute(COUNT_ENTRY, [hashed, hour])
        (count,) = cursor.fetchone()
    if count > MOST_AN_HOUR:
        raise TooManyForms(
            "Too many forms were sent from this network. Please try again in an "
            "hour, or call us."
        )
