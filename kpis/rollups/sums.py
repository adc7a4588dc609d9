"""Adding facts to the sums, or taking them away: SQL over a relation `change`.

`change` has the columns of a fact and a `sign`: 1 for what is, −1 for what was.
"""

from kpis.rollups.dimensions import HOURS, SLICES, TAGS, Family

ENTRIES = """
unnest(kinds, campaigns, days, earlier, counts, cents)
    AS entry (kind, own_campaign, entry_day, entry_earlier, n, entry_cents)
"""

FAMILIES = (SLICES, TAGS, HOURS)
MONTHS = ", ".join(f"'{family.month}'" for family in FAMILIES)


def spans(family: Family) -> str:
    return f"(VALUES ('{family.day}'), ('{family.month}')) spans (span)"


def spanned(day: str) -> str:
    """The day itself, or the first of its month."""
    return (
        f"CASE WHEN span IN ({MONTHS}) "
        f"THEN date_trunc('month', {day}::timestamp)::date ELSE {day} END"
    )


def _count(kind: str, what: str = "n") -> str:
    return f"coalesce(sum(sign * {what}) FILTER (WHERE kind = '{kind}'), 0)"


# By the day of the event.
BY_EVENT = {
    "ad_clicks": _count("ad_click"),
    "booked_events": _count("consult_booked"),
    "booked_days": _count("consult_booked", "1"),
    "show_events": _count("consult_show"),
    "shown_days": _count("consult_show", "1"),
    "paid_invoices": _count("invoice_paid"),
    "paid_days": _count("invoice_paid", "1"),
    "new_customers": "coalesce(sum(sign) FILTER ("
    "WHERE kind = 'invoice_paid' AND entry_earlier IS NULL), 0)",
    "gross_cents": _count("invoice_paid", "entry_cents"),
    "refunds_cents": _count("invoice_refunded", "entry_cents"),
    "due": _count("due"),
    "held": _count("due", "entry_cents"),
}


def _waited(wait: str) -> dict[str, str]:
    return {
        f"cohort_{wait}_contacted": f"sum(sign) FILTER (WHERE {wait}_wait >= 0)",
        f"cohort_{wait}_within": f"sum(sign) FILTER (WHERE {wait}_wait <= 300)",
    }


# By the day on which the lead was created; `came` is what came of one lead.
BY_ARRIVAL = {
    "leads": "sum(sign)",
    "cohort_booked_events": "sum(sign * booked)",
    "cohort_booked_leads": "sum(sign) FILTER (WHERE booked > 0)",
    "cohort_show_events": "sum(sign * shown)",
    "cohort_shown_leads": "sum(sign) FILTER (WHERE shown > 0)",
    "cohort_shown_and_won": "sum(sign) FILTER (WHERE shown > 0 AND paid > 0)",
    "cohort_paid_invoices": "sum(sign * paid)",
    "cohort_paying_leads": "sum(sign) FILTER (WHERE paid > 0)",
    "cohort_gross_cents": "sum(sign * gross)",
    "cohort_refunds_cents": "sum(sign * refunds)",
    **_waited("any"),
    **_waited("human"),
    **{
        f"cohort_{days}_cents": f"sum(sign * matured_cents[{place}])"
        for place, days in enumerate((7, 30, 60, 90), start=1)
    },
}
MEASURES = (*BY_EVENT, *BY_ARRIVAL)
CAME = """
SELECT sum(n) FILTER (WHERE kind = 'consult_booked') AS booked,
    sum(n) FILTER (WHERE kind = 'consult_show') AS shown,
    sum(n) FILTER (WHERE kind = 'invoice_paid') AS paid,
    sum(entry_cents) FILTER (WHERE kind = 'invoice_paid') AS gross,
    sum(entry_cents) FILTER (WHERE kind = 'invoice_refunded') AS refunds
FROM unnest(kinds, counts, cents) AS entry (kind, n, entry_cents)
"""


def _listed(expressions: dict[str, str], own: dict[str, str]) -> str:
    return ", ".join(
        f"coalesce({own[name]}, 0)::bigint AS {name}" if name in own else f"0 AS {name}"
        for name in expressions
    )


ALL = {**BY_EVENT, **BY_ARRIVAL}
# One row for each tag of a fact; without any, one for none.
TAGGED = """
CROSS JOIN LATERAL unnest(CASE tags WHEN '{}' THEN ARRAY['']::varchar[] ELSE tags END)
    AS tagged (tag)
"""


def _by_event(place: str, joined: str = "", only: str = "true") -> str:
    return f"""
SELECT entry_day AS own_day, {place}, {_listed(ALL, BY_EVENT)}
FROM change CROSS JOIN {ENTRIES} {joined} WHERE {only}
GROUP BY 1, 2, 3, 4
"""  # noqa: S608  (no input)


def _by_arrival(place: str, joined: str = "") -> str:
    return f"""
SELECT created_day AS own_day, {place}, {_listed(ALL, BY_ARRIVAL)}
FROM change CROSS JOIN LATERAL ({CAME}) came {joined}
WHERE created_day IS NOT NULL
GROUP BY 1, 2, 3, 4
"""  # noqa: S608


def _add_days(cells: str, family: Family) -> str:
    return f"""
INSERT INTO kpis_daysum AS kept
    (span, day, campaign, source, procedure, {", ".join(MEASURES)})
SELECT span, {spanned("own_day")}, campaign, source, procedure,
    {", ".join(f"sum({name})" for name in MEASURES)}
FROM ({cells}) cells CROSS JOIN {spans(family)}
GROUP BY 1, 2, 3, 4, 5
ON CONFLICT (span, day, campaign, source, procedure) DO UPDATE SET
    {", ".join(f"{name} = kept.{name} + excluded.{name}" for name in MEASURES)}
"""  # noqa: S608


def _add_repeats(place: str, family: Family, joined: str = "") -> str:
    return f"""
INSERT INTO kpis_repeat AS kept
    (span, kind, earlier, day, campaign, source, procedure, n)
SELECT span, kind, {spanned("entry_earlier")}, {spanned("entry_day")},
    campaign, source, procedure, sum(own_n)
FROM (
    SELECT kind, entry_earlier, entry_day, {place}, sum(sign) AS own_n
    FROM change CROSS JOIN {ENTRIES} {joined}
    WHERE entry_earlier IS NOT NULL
    GROUP BY 1, 2, 3, 4, 5, 6
) cells CROSS JOIN {spans(family)}
GROUP BY 1, 2, 3, 4, 5, 6, 7
ON CONFLICT (span, earlier, day, kind, campaign, source, procedure)
    DO UPDATE SET n = kept.n + excluded.n
"""  # noqa: S608


OF_SLICE = "campaign, source, procedure"
OF_CLICK = (
    "CASE kind WHEN 'ad_click' THEN own_campaign ELSE campaign END AS campaign,"
    " source, procedure"
)
NO_CLICK = "kind <> 'ad_click'"
OF_TAG = "tag AS campaign, '' AS source, '' AS procedure"
OF_HOUR = "created_hour AS campaign, '' AS source, '' AS procedure"
ADDITIONS = {
    "days": _add_days(
        f"{_by_event(OF_CLICK)} UNION ALL {_by_arrival(OF_SLICE)}", SLICES
    ),
    "tag_days": _add_days(
        f"{_by_event(OF_TAG, TAGGED, NO_CLICK)}"
        f" UNION ALL {_by_arrival(OF_TAG, TAGGED)}",
        TAGS,
    ),
    "hours": _add_days(_by_arrival(OF_HOUR), HOURS),
    "repeats": _add_repeats(OF_SLICE, SLICES),
    "tag_repeats": _add_repeats(OF_TAG, TAGS, TAGGED),
}
ADD_WAITS = f"""
INSERT INTO kpis_waitsum AS kept (span, day, who, bucket, n)
SELECT span, {spanned("created_day")}, who, bucket, sum(own_n)
FROM (
    SELECT created_day, who, bucket, sum(sign) AS own_n
    FROM change CROSS JOIN LATERAL (
        VALUES ('any', any_bucket), ('human', human_bucket)
    ) waits (who, bucket)
    WHERE bucket IS NOT NULL
    GROUP BY 1, 2, 3
) cells CROSS JOIN {spans(SLICES)}
GROUP BY 1, 2, 3, 4
ON CONFLICT (span, day, who, bucket) DO UPDATE SET n = kept.n + excluded.n
"""  # noqa: S608
ADDITIONS["waits"] = ADD_WAITS
