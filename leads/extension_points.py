"""What apps above may add to the pages and actions of leads."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models

from leads.signals import stage_entered
from medspa.extension_points import ExtensionPoint, NamedExtensionPoint

if TYPE_CHECKING:
    from leads.answered import Answer
    from leads.intake.take_in import IntakeRun, RowResults
    from leads.models import Lead, LeadStage, PipelineStage
    from leads.models.clinic_list import ClinicListRow
    from leads.selection.filter_kinds import FilterKind
    from leads.services.undoing import Undoer
    from leads.timeline import TimelineSource
    from leads.today import TodaySection
    from medspa.models import JobRun, User

__all__ = [
    "WIN",
    "Panel",
    "StageOffer",
    "StageQuestion",
    "after_move_undone",
    "answers",
    "card_notes",
    "deletion_refusals",
    "erasers",
    "intake_ledgers",
    "lead_tables",
    "list_filters",
    "list_uses",
    "long_exports",
    "panels",
    "past_figures",
    "stage_entered",
    "stage_entry_records",
    "stage_offers",
    "stage_questions",
    "suppressed_contacts",
    "timeline_sources",
    "today_sections",
    "undoers",
]


@dataclass(frozen=True)
class StageOffer:
    """A stage to which the page offers to move the lead, and why in a sentence."""

    stage: "PipelineStage"
    why: str


@dataclass(frozen=True)
class Panel:
    """A part of the lead page: a template and `shown`, which is its `it`."""

    template: str
    shown: Any


@dataclass(frozen=True)
class StageQuestion:
    """What is asked when a lead enters a stage: a date, and with it further fields.

    `fields` are those of the lead with this id (empty for a new one), with what was
    entered so far. `take` gets the stage period, the date if there is one and what was
    entered, and refuses what can't be. `notice` is what the person should know of the
    date; empty if nothing.
    """

    fields: Callable[[str, Mapping[str, str]], Panel]
    take: Callable[["LeadStage", datetime | None, Mapping[str, str]], None]
    notice: Callable[[datetime], str]


# Parts of the lead page for a person; None where there is nothing to show. The last
# argument is what a refused form of the page had: `medspa.web.forms.sent.take_sent`.
panels: ExtensionPoint[Callable[["Lead", "User", Mapping[str, Any]], Panel | None]] = (
    ExtensionPoint()
)

# Asked first how many leads every stage had just before a moment, and what they are
# worth now in cents, by the stage's id; None where it doesn't know.
PastFigures = dict[str, tuple[int, int]]
past_figures: ExtensionPoint[Callable[[datetime], PastFigures | None]] = (
    ExtensionPoint()
)

# A line for these leads at a moment, by their ids, on cards and in the list; asked once
# for a page of them.
card_notes: ExtensionPoint[Callable[[Collection[str], datetime], Mapping[str, str]]] = (
    ExtensionPoint()
)

# What the timeline of a lead is merged from.
timeline_sources: ExtensionPoint["TimelineSource"] = ExtensionPoint()

# The sections of Today; each says its place among them.
today_sections: ExtensionPoint["TodaySection"] = ExtensionPoint()

# Tables with a `lead` whose rows follow it when two leads are merged.
lead_tables: ExtensionPoint[type[models.Model]] = ExtensionPoint()

# Rows of other tables that answer their lead, as a touch by a person does.
answers: ExtensionPoint["Answer"] = ExtensionPoint()

# Further filters of the lead list, in the order in which they are shown.
list_filters: ExtensionPoint["FilterKind"] = ExtensionPoint()

# What uses rows of one of the clinic's lists, by their codes: "2 commission rules".
list_uses: ExtensionPoint[
    Callable[[type["ClinicListRow"], Collection[str]], Mapping[str, str]]
] = ExtensionPoint()

# Has a worker make the file of many leads; the job. Given the filters by their names,
# the person and the ending of the file. There is one.
long_exports: ExtensionPoint[
    Callable[[Mapping[str, Sequence[str]], "User", str], "JobRun"]
] = ExtensionPoint()

# Of these leads those that the person may not delete, and why in a sentence.
deletion_refusals: ExtensionPoint[
    Callable[[Collection[str], "User | None"], Mapping[str, str]]
] = ExtensionPoint()

# How a record of the timeline is undone, by the source that the page names.
undoers: NamedExtensionPoint["Undoer"] = NamedExtensionPoint()

# Told the stage period whose move was just undone, in the same transaction.
after_move_undone: ExtensionPoint[Callable[["LeadStage"], None]] = ExtensionPoint()

# Of many stage periods, the ids of those for which `after_move_undone` has work.
stage_entry_records: ExtensionPoint[Callable[[Sequence["LeadStage"]], set[str]]] = (
    ExtensionPoint()
)

# Of these emails, phones (E.164) and contact ids, those that must not come in: their
# person was erased. Asked once for all rows of a chunk.
suppressed_contacts: ExtensionPoint[Callable[[Collection[str]], set[str]]] = (
    ExtensionPoint()
)

# What of a person stands in tables of apps above, removed when the leads with these ids
# are erased, in the same transaction: also by the person's emails, phones and contact
# ids, as they are compared. Returns how many rows were.
erasers: ExtensionPoint[Callable[[Collection[str], Collection[str]], int]] = (
    ExtensionPoint()
)

# Told what came of the rows of an import that has a `batch`, in the transaction that
# writes them, so that it can be undone.
intake_ledgers: ExtensionPoint[Callable[["IntakeRun", "RowResults"], None]] = (
    ExtensionPoint()
)

# What is asked with a move, by what the stage records (`PipelineStage.records_kpi`).
stage_questions: NamedExtensionPoint[StageQuestion] = NamedExtensionPoint()

# The `then` of what has a paid lead moved to the stage for won leads: the payment, and
# taking back that move.
WIN = "win"

# Where a lead may go after an action, by the `then` of its result; None for nowhere.
stage_offers: NamedExtensionPoint[Callable[["Lead"], StageOffer | None]] = (
    NamedExtensionPoint()
)
