"""Rows as COPY's text format takes them.

They equal what the services in `leads.services.pipeline` write, and
`tests/medspa/test_seeded_leads.py` compares the two. The services are not called
because of their speed: create_leads makes about 600 leads a second on two busy
cores, so a sample of 1,000,000 would take half an hour before the first move.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache

from medspa.demo.sample.days import DAY

NULL = r"\N"
UNIX_DAY_ZERO = date(1970, 1, 1)
COPY_COLUMNS = {
    "campaigns_campaign": (
        "id name platform monthly_spend_cents starts_on created_at updated_at"
    ),
    "campaigns_campaignspend": "id campaign_id from_on to_on spend_cents",
    "commissions_provider": "id name role created_at",
    "commissions_commissionrule": (
        "id provider_id role rule_json priority version effective_from created_at"
    ),
    "leads_lead": (
        "id external_id first_name email email_index phone phone_index"
        " phone_last4_index source campaign_id ad_platform assigned_to_id"
        " created_at updated_at deleted_at"
    ),
    "leads_leadstage": (
        "id lead_id stage_id lost_reason changed_by_id changed_at left_at recorded_at"
    ),
    "leads_opportunity": (
        "id lead_id expected_value_cents procedure_code expected_date"
        " expected_date_set_on created_at updated_at"
    ),
    "leads_activity": (
        "id lead_id type payload_json created_by_id created_at recorded_at"
    ),
    "leads_leadtag": "id lead_id tag_id created_at",
    "leads_task": "id lead_id what due_at assigned_to_id created_at",
    "kpis_kpievent": (
        "id lead_id campaign_id kind value_cents refund_of_id metadata_json"
        " occurred_at recorded_at"
    ),
    "kpis_consultdetails": (
        "id booking_id provider_id procedure_code confirmed_at cancel_reason"
    ),
    "commissions_credit": "id kpi_event_id provider_id share_bps",
}


class CopyRows:
    """Lines for each table; every value is text without tabs and backslashes."""

    def __init__(self) -> None:
        self._lines: dict[str, list[str]] = {table: [] for table in COPY_COLUMNS}

    def add(self, table: str, values: Iterable[str]) -> None:
        self._lines[table].append("\t".join(values))

    def as_copy_text(self) -> dict[str, tuple[int, bytes]]:
        """Table → how many rows, and their lines."""
        return {
            table: (len(lines), ("\n".join(lines) + "\n").encode())
            for table, lines in self._lines.items()
            if lines
        }


def stamp(moment: int) -> str:
    """Epoch seconds as a timestamp; cached, being what is called most often."""
    day, rest = divmod(moment, DAY)
    return _day_text(day) + _times()[rest]


@cache
def _day_text(day: int) -> str:
    return (UNIX_DAY_ZERO + timedelta(days=day)).isoformat()


@cache
def _times() -> list[str]:
    return [
        f"T{hour:02}:{minute:02}:{second:02}+00:00"
        for hour in range(24)
        for minute in range(60)
        for second in range(60)
    ]
