"""Taking in leads from outside: the one function for files, webhooks and the API.

`take_in` plans what each incoming lead means and writes it. Whoever calls it has read
the leads already and reports what came of them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, connection, transaction

from leads.extension_points import intake_ledgers
from leads.intake.database_errors import sentence_for
from leads.intake.incoming import IncomingLead
from leads.intake.lookups import add_campaigns, read_clinic_names
from leads.intake.planning import LeadPlan, plan_lead
from leads.intake.refusals import RowRefused, SkippedTestRow
from leads.intake.statistics import refresh_statistics
from leads.intake.writing import write_plans
from leads.services.matching import Directory
from leads.services.pipeline import first_stage
from leads.suppressed import SUPPRESSED, find_suppressed
from medspa import clock
from medspa.postgres.constraints import check_constraints

# Two imports take turns chunk by chunk, so that each sees the other's people.
IMPORT_LOCK = 7_253_011
# Fewer are taken in by systems that send one at a time: the server notices by itself.
MANY_LEADS = 50
# What one row can be guilty of; any other database error ends the import.
ROW_ERRORS = (IntegrityError, DataError, ValidationError)

RowResult = LeadPlan | RowRefused | SkippedTestRow
# Row number → what came of the row.
RowResults = Mapping[int, RowResult]
Remember = Callable[[RowResults], object]


@dataclass(frozen=True)
class ImportOptions:
    is_dry_run: bool = False
    creates_campaigns: bool = False


DEFAULT_OPTIONS = ImportOptions()


class IntakeRun:
    """What all calls of one import share; raises MoveRefused without a first stage.

    `system` is the importer's name; `batch` is the id of what can be undone as a whole,
    empty where somebody else keeps the ledger.
    """

    def __init__(
        self,
        default_source: str,
        options: ImportOptions = DEFAULT_OPTIONS,
        system: str = "",
        batch: str = "",
    ) -> None:
        self.system, self.batch = system, batch
        self.default_source = default_source
        self.options = options
        self.stage = first_stage()
        self.names = read_clinic_names(system)
        # A dry run writes no leads, so later rows find earlier ones only here.
        self.directory = Directory()


def take_in(
    run: IntakeRun,
    leads: Mapping[int, IncomingLead],
    unreadable: Mapping[int, RowRefused | SkippedTestRow],
    remember: Remember = lambda results: None,
    *,
    is_together: bool = False,
) -> RowResults:
    """Create and update leads; with a dry run only say what would happen.

    Keys are row numbers. `unreadable` rows were refused before; they count as a part
    of the chunk. All of it is one transaction, in which a row that the database does
    not accept fails alone. `remember` gets the results in that transaction, so that
    both are there or neither. With `is_together` such a row raises one of ROW_ERRORS
    and ends the caller's transaction, which is a savepoint less.
    """
    if run.options.creates_campaigns:
        add_campaigns(leads.values(), run.names, only_pretend=run.options.is_dry_run)
    if run.options.is_dry_run:
        planned = {**unreadable, **_decide(run, leads, run.directory)}
        remember(planned)
        return planned
    write = _write_together if is_together else _write_chunk
    results = write(run, leads, unreadable, remember)
    if len(leads) >= MANY_LEADS:
        refresh_statistics()
    return results


def _write_chunk(
    run: IntakeRun,
    leads: Mapping[int, IncomingLead],
    unreadable: Mapping[int, RowRefused | SkippedTestRow],
    remember: Remember,
) -> RowResults:
    results: RowResults
    try:
        with transaction.atomic():
            return _write_together(run, leads, unreadable, remember)
    except ROW_ERRORS:
        with transaction.atomic():
            _wait_for_other_imports()
            alone = {
                number: _write_alone(run, number, lead)
                for number, lead in leads.items()
            }
            results = {**unreadable, **alone}
            _note(run, results)
            remember(results)
    return results


def _write_together(
    run: IntakeRun,
    leads: Mapping[int, IncomingLead],
    unreadable: Mapping[int, RowRefused | SkippedTestRow],
    remember: Remember,
) -> RowResults:
    _wait_for_other_imports()
    results = {**unreadable, **_write(run, leads)}
    _note(run, results)
    remember(results)
    return results


def _note(run: IntakeRun, results: RowResults) -> None:
    """Tell those who keep the ledger of a batch, in the transaction of its rows."""
    if run.batch:
        for note in intake_ledgers:
            note(run, results)


def _write_alone(run: IntakeRun, number: int, lead: IncomingLead) -> RowResult:
    """One row in a savepoint of its own, so that only the guilty one fails."""
    try:
        with transaction.atomic():
            result = _write(run, {number: lead})[number]
            check_constraints()
            return result
    except ROW_ERRORS as error:
        return RowRefused(sentence_for(error))


def _write(run: IntakeRun, leads: Mapping[int, IncomingLead]) -> RowResults:
    results = _decide(run, leads, Directory())
    plans = [result for result in results.values() if isinstance(result, LeadPlan)]
    write_plans([plan for plan in plans if not plan.is_empty], run.stage)
    return results


def _decide(
    run: IntakeRun, leads: Mapping[int, IncomingLead], directory: Directory
) -> RowResults:
    directory.look_up(leads.values())
    suppressed = find_suppressed(
        [contact for lead in leads.values() for contact in _contacts_of(lead)]
    )
    return {
        number: RowRefused(SUPPRESSED)
        if suppressed.intersection(_contacts_of(lead))
        else _plan(run, lead, directory)
        for number, lead in leads.items()
    }


def _contacts_of(lead: IncomingLead) -> tuple[str, ...]:
    further = (*lead.more_emails, *lead.more_phones)
    return (lead.external_id, lead.email, lead.phone, *further)


def _plan(
    run: IntakeRun, lead: IncomingLead, directory: Directory
) -> LeadPlan | RowRefused:
    try:
        return plan_lead(
            lead,
            directory,
            run.names,
            default_source=run.default_source,
            now=clock.now(),
        )
    except RowRefused as refusal:
        return refusal


def status_of(result: RowResult) -> str:
    """`created`, `updated`, `restored`, `skipped` or `failed`."""
    match result:
        case RowRefused():
            return "failed"
        case SkippedTestRow():
            return "skipped"
        case LeadPlan(is_new=True):
            return "created"
        case LeadPlan(is_restored=True):
            return "restored"
    return "skipped" if result.is_empty else "updated"


def _wait_for_other_imports() -> None:
    """Until the transaction ends, no other import's chunk is written."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [IMPORT_LOCK])
