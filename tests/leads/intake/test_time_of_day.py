"""Whether a file said at what time of the day a lead was created."""

import pytest

from leads.intake import values
from leads.intake.incoming import IncomingLead
from leads.models import Lead
from tests.leads.intake.bringing import bring

WHO = {"first_name": "Ana", "email": "ana@example.com"}


@pytest.mark.parametrize(
    ("text", "is_said"),
    [
        ("2026-07-22", False),
        ("7/22/2026", False),
        ("Jul 22 2026", False),
        ("45123", False),
        ("45123.5", True),
        ("2026-07-22T00:00:00Z", True),
        ("7/22/2026 14:05", True),
        ("Jul 22 2026 02:09 PM", True),
    ],
)
def test_a_date_says_its_time_or_not(text: str, is_said: bool) -> None:
    assert values.says_time(text) == is_said
    assert IncomingLead.read(WHO | {"created_at": text}).created_time_known == is_said


def test_what_was_not_in_a_file_was_created_now() -> None:
    assert IncomingLead.read(WHO).created_time_known


def test_an_imported_lead_keeps_that_its_time_is_unknown(clinic: None) -> None:
    bring("First Name,Email,Created\nAna,ana@example.com,2026-07-22\n")
    bring("First Name,Email,Created\nBo,bo@example.com,2026-07-22 14:05\n")
    known = dict(Lead.objects.values_list("first_name", "created_time_known"))
    assert known == {"Ana": False, "Bo": True}
