"""Edits that nobody could notice, each with the reason; they are not planted.

An edit is named by its file, the line that it begins in, the code that it replaces and
what it puts there. One that no longer fits the code stops the run: the reason may have
gone with it.
"""

from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from tests.mutants.faults import Fault


class Equivalent(NamedTuple):
    path: str
    line: str
    was: str
    now: str
    why: str


EQUIVALENTS = (
    Equivalent(
        "kpis/sql/rollups.sql",
        "WHERE id > %(after)s AND id <= %(last)s AND deleted_at IS NULL",
        "AND deleted_at IS NULL",
        "",
        "the block `facts` leaves deleted leads out as well",
    ),
    Equivalent(
        "kpis/sql/rollups.sql",
        "FROM kpis_kpievent WHERE lead_id IS NULL AND deleted_at IS NULL",
        "AND",
        "OR",
        "the block `facts` finds no click without a lead for the other subjects",
    ),
    *(
        Equivalent(
            "kpis/rollups/sums.py",
            line,
            ">",
            ">=",
            "a sum over no entries is NULL, and every entry counts one event at least",
        )
        for line in (
            '"cohort_booked_leads": "sum(sign) FILTER (WHERE booked > 0)",',
            '"cohort_shown_leads": "sum(sign) FILTER (WHERE shown > 0)",',
            '"cohort_shown_and_won": "sum(sign) FILTER (WHERE shown > 0'
            ' AND paid > 0)",',
            '"cohort_paying_leads": "sum(sign) FILTER (WHERE paid > 0)",',
        )
    ),
    Equivalent(
        "kpis/sql/rollups.sql",
        "FROM kpis_kpievent WHERE lead_id IS NULL AND deleted_at IS NULL",
        "AND deleted_at IS NULL",
        "",
        "the block `facts` makes no fact of a month all of whose clicks are voided",
    ),
    Equivalent(
        "kpis/sql/rollups.sql",
        "AND NOT EXISTS (SELECT FROM fact WHERE fact.subject = change.subject)",
        "AND NOT EXISTS (SELECT FROM fact WHERE fact.subject = change.subject)",
        "",
        "PostgreSQL keeps the row that is stored again, whichever of the two is first; "
        "its manual doesn't promise that, so the query does not rely on it",
    ),
    Equivalent(
        "kpis/sql/rollups.sql",
        "sum(hashint8extended(hash_record_extended(ROW({columns}), 0), 0)::numeric)",
        "0",
        "1",
        "any seed serves: what is compared is hashed with the same one, and not stored",
    ),
    Equivalent(
        "commissions/statements/drafts.py",
        "create_with_history(Statement, [row for _, row in created], is_clean=True)",
        "True",
        "False",
        "what the engine calculated is valid; asking again only takes time",
    ),
    Equivalent(
        "leads/services/matching.py",
        'yield from active.filter(email_index__in=emails).exclude(email_index=b"")',
        'active.filter(email_index__in=emails).exclude(email_index=b"")',
        "active.filter(email_index__in=emails)",
        "`emails` has no empty one; said again, PostgreSQL takes the partial index",
    ),
    Equivalent(
        "leads/services/matching.py",
        'yield from active.filter(phone_index__in=phones).exclude(phone_index=b"")',
        'active.filter(phone_index__in=phones).exclude(phone_index=b"")',
        "active.filter(phone_index__in=phones)",
        "`phones` has no empty one; said again, PostgreSQL takes the partial index",
    ),
    Equivalent(
        "leads/services/matching.py",
        "merges = LeadMerge.objects.standing().filter(merged__in=unresolved.values())",
        "LeadMerge.objects.standing().filter(merged__in=unresolved.values())",
        "LeadMerge.objects.standing()",
        "merges of other leads are read in vain",
    ),
    Equivalent(
        "leads/services/matching.py",
        'for point in points.filter(email_index__in=emails).exclude(email_index=b""):',
        'points.filter(email_index__in=emails).exclude(email_index=b"")',
        "points.filter(email_index__in=emails)",
        "`emails` has no empty one; said again, PostgreSQL takes the partial index",
    ),
    Equivalent(
        "leads/services/matching.py",
        'for point in points.filter(phone_index__in=phones).exclude(phone_index=b""):',
        'points.filter(phone_index__in=phones).exclude(phone_index=b"")',
        "points.filter(phone_index__in=phones)",
        "`phones` has no empty one; said again, PostgreSQL takes the partial index",
    ),
    Equivalent(
        "leads/services/pipeline.py",
        'rows = LeadStage.objects.select_related("stage", "changed_by").order_by()',
        'LeadStage.objects.select_related("stage", "changed_by").order_by()',
        'LeadStage.objects.select_related("stage", "changed_by")',
        "nobody looks at their order; asking for one takes time",
    ),
    Equivalent(
        "leads/services/merging.py",
        "ROWS_AT_ONCE = 500",
        "500",
        "501",
        "how many rows a statement writes is a matter of speed",
    ),
    Equivalent(
        "leads/services/merging.py",
        "row.full_clean()",
        "row.full_clean()",
        "pass",
        "what a merge writes down of itself is valid, and the database looks as well",
    ),
    Equivalent(
        "leads/services/merging.py",
        "lead.stage_periods.filter(left_at=None).first() "
        "for lead in (survivor, merged)",
        "lead.stage_periods.filter(left_at=None).first",
        "lead.stage_periods.filter(left_at=None).last",
        "the database has at most one open stage period of a lead",
    ),
    Equivalent(
        "leads/services/merging.py",
        "Opportunity.all_objects.filter(lead=lead).first() "
        "for lead in (survivor, merged)",
        "Opportunity.all_objects.filter(lead=lead).first",
        "Opportunity.all_objects.filter(lead=lead).last",
        "a lead has one opportunity at most",
    ),
    Equivalent(
        "medspa/encryption/fields.py",
        "encrypted = self.pre_save(obj, add=False)",
        "False",
        "True",
        "`pre_save` encrypts a new row and an old one alike",
    ),
    Equivalent(
        "kpis/events/payments.py",
        "payment.value_cents or 0,",
        "0",
        "1",
        "the database has no payment without an amount",
    ),
    Equivalent(
        "kpis/events/payments.py",
        "payment.value_cents or 0,",
        "payment.value_cents or 0",
        "((payment.value_cents))",
        "the database has no payment without an amount",
    ),
    Equivalent(
        "kpis/events/payments.py",
        "return (payment.value_cents or 0) - returned",
        "0",
        "1",
        "the database has no payment without an amount",
    ),
    Equivalent(
        "kpis/events/payments.py",
        "return (payment.value_cents or 0) - returned",
        "payment.value_cents or 0",
        "((payment.value_cents))",
        "the database has no payment without an amount",
    ),
    Equivalent(
        "commissions/engine/single.py",
        "if sign < 0",
        "sign < 0",
        "sign <= 0",
        "a sign is 1 or -1",
    ),
    Equivalent(
        "commissions/statements/closing.py",
        'return ""',
        'return ""',
        "return None",
        "no sentence is no refusal, whether it is empty or None",
    ),
    Equivalent(
        "commissions/statements/drafts.py",
        "if draft.row and draft.row.inputs_digest != draft.digest:",
        "draft.row and draft.row.inputs_digest != draft.digest",
        "((draft.row))",
        "a digest that is right already is written once more",
    ),
    Equivalent(
        "commissions/statements/four_eyes.py",
        "versions = Provider.history.filter(id__in=ever - found).order_by(",
        "Provider.history.filter(id__in=ever - found)",
        "Provider.history",
        "the versions of providers who never were this person add nobody",
    ),
    Equivalent(
        "commissions/credits/crediting.py",
        "event for event in events if event.kind in CREDITED_KINDS and event.lead_id",
        "event.kind in CREDITED_KINDS and event.lead_id",
        "((event.kind in CREDITED_KINDS))",
        "only a click has no lead, by a constraint",
    ),
    Equivalent(
        "commissions/statements/drafts.py",
        'found = StatementLine.objects.filter(statement__in=rows).order_by("position")',
        "StatementLine.objects.filter(statement__in=rows)",
        "StatementLine.objects",
        "the lines of other statements are looked up by nobody",
    ),
    Equivalent(
        "commissions/statements/corrections.py",
        ".exclude(cents=0)",
        "0",
        "1",
        "what differs here is compared line by line again",
    ),
    Equivalent(
        "commissions/statements/corrections.py",
        "sums[statement][rule, event, kind, detail] = int(cents)",
        "rule, event, kind, detail",
        "(rule, event, kind,)",
        "what differs here is compared line by line again",
    ),
    Equivalent(
        "commissions/statements/corrections.py",
        "StatementLine.objects.filter(own | corrections)",
        "StatementLine.objects.filter(own | corrections) .order_by()",
        "StatementLine.objects.filter(own | corrections)",
        "a model's own order plays no part where rows are added up",
    ),
    Equivalent(
        "commissions/statements/disputes.py",
        "dispute.line = lines.get(was.engine_line.key) if was and is_earned else None",
        "was and is_earned",
        "((is_earned))",
        "`is_earned` asks for the line as well; mypy asks for it here",
    ),
    Equivalent(
        "commissions/statements/freshness.py",
        "if changed and _has_rules_of_whole_months():",
        "changed and _has_rules_of_whole_months()",
        "((_has_rules_of_whole_months()))",
        "no month has no refunds",
    ),
    Equivalent(
        "commissions/statements/freshness.py",
        "if changed and _has_rules_of_whole_months():",
        "changed and _has_rules_of_whole_months()",
        "((changed))",
        "a month that is looked at without need comes to the same",
    ),
    Equivalent(
        "medspa/web/conflicts.py",
        "records = self.instance.history.filter(history_id__gte=seen).select_related(",
        "self.instance.history.filter(history_id__gte=seen)",
        "self.instance.history",
        "older states are read in vain: only later ones are told",
    ),
)


def without_equivalents(path: Path, faults: list[Fault]) -> list[Fault]:
    """The faults of a file that somebody could notice."""
    listed = {each[1:4] for each in EQUIVALENTS if Path(each.path) == path}
    source = (settings.BASE_DIR / path).read_text()
    named = {fault: _name(source, fault) for fault in faults}
    gone = listed - set(named.values())
    assert not gone, f"tests/mutants/equivalents.py lists what is not planted: {gone}"
    return [fault for fault in faults if named[fault] not in listed]


def _name(source: str, fault: Fault) -> tuple[str, str, str]:
    begin = source.rfind("\n", 0, fault.start) + 1
    line = source[begin:].partition("\n")[0].strip()
    return line, _words(source[fault.start : fault.end]), _words(fault.text)


def _words(code: str) -> str:
    return " ".join(code.split())
