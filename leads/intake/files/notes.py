"""What people should know after an import besides the counts.

Counts and numbers of rows, names of columns and of the clinic's own things. Nothing of
the file is quoted but campaigns and procedures that several rows name: any other word
may be a note about one person that stands in the wrong column.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from pydantic import Field

from leads.intake.incoming import IncomingLead
from leads.intake.planning import ClinicNames, LeadPlan, Remark, procedure_of_row
from leads.intake.synonyms import TAG_WORDS
from leads.intake.take_in import RowResult
from leads.lists.procedure_names import may_be_a_procedure
from medspa.json_columns import Schema
from medspa.reading.short_names import says_nothing_about_somebody
from medspa.reading.word_keys import key

MOST_NAMES_SHOWN = 20
LONGEST_NAME_SHOWN = 60
# A campaign that one row alone names may be anything.
ROWS_TO_BE_NAMED = 2
ROWS_SHOWN = 8
MOST_CAMPAIGNS_COUNTED = 1_000
# Kind of note → what happened to one row, and to several.
NOTE_SENTENCES = {
    "test_rows": ("{} test row was skipped.", "{} test rows were skipped."),
    "nothing_new": (
        "{} row was already there with nothing new.",
        "{} rows were already there with nothing new.",
    ),
    "cut_names": (
        "{} name was cut to the first name; last names aren't stored.",
        "{} names were cut to the first name; last names aren't stored.",
    ),
    "email": (
        "{} email couldn't be read and was skipped",
        "{} emails couldn't be read and were skipped",
    ),
    "phone": (
        "{} phone couldn't be read and was skipped",
        "{} phones couldn't be read and were skipped",
    ),
    "created_at": (
        "{} date couldn't be read, or is in the future or before 2000; skipped",
        "{} dates couldn't be read, or are in the future or before 2000; skipped",
    ),
    "expected_value": (
        "{} expected value couldn't be read or isn't above zero, and was skipped",
        "{} expected values couldn't be read or aren't above zero, and were skipped",
    ),
    "procedure": (
        "{} procedure is too long",
        "{} procedures are too long",
    ),
    "unknown_procedure": (
        "{} procedure isn't in the list and was skipped",
        "{} procedures aren't in the list and were skipped",
    ),
    "external_id": (
        "{} contact ID isn't from GoHighLevel and matches no one",
        "{} contact IDs aren't from GoHighLevel and match no one",
    ),
    "source": ("{} source is too long", "{} sources are too long"),
    "campaign_name": ("{} campaign is too long", "{} campaigns are too long"),
    "ad_platform": ("{} ad platform is too long", "{} ad platforms are too long"),
    "tags": ("{} cell of tags is too long", "{} cells of tags are too long"),
    "stage": ("{} stage is too long", "{} stages are too long"),
    "assigned_to": ("{} person is too long", "{} people are too long"),
    "values_without_procedure": (
        "{} expected value was skipped because it needs a known procedure",
        "{} expected values were skipped because they need a known procedure",
    ),
    Remark.SECOND_KEPT: (
        "{} row has a second email or phone, which is also kept",
        "{} rows have a second email or phone, which are also kept",
    ),
    Remark.SECOND_LEFT_OUT: (
        "{} row's second email or phone was skipped because it may be someone else's",
        "{} rows' second emails or phones were skipped because they may be someone "
        "else's",
    ),
    "unknown_stage": (
        "{} row has an unknown stage and starts in the first stage",
        "{} rows have an unknown stage and start in the first stage",
    ),
    "unknown_person": (
        "{} row is unassigned because the person isn't known here",
        "{} rows are unassigned because the person isn't known here",
    ),
    Remark.OTHER_NAME: (
        "{} row matches by email a lead with another first name, which is kept",
        "{} rows match by email a lead with another first name, which is kept",
    ),
    Remark.OTHER_CONTACT: (
        "{} row has another email or phone than its lead, which is kept",
        "{} rows have another email or phone than their lead, which is kept",
    ),
    Remark.SHARED_PHONE: (
        "{} row has the phone of another lead and becomes a separate lead; both are "
        "shown as possible duplicates",
        "{} rows have the phone of another lead and become separate leads; they "
        "are shown as possible duplicates",
    ),
    Remark.BACKFILLED: (
        "{} lead is more than a day old and isn't counted in speed to lead.",
        "{} leads are more than a day old and aren't counted in speed to lead.",
    ),
}
# These say nothing that a row number would help with.
WITHOUT_ROWS = frozenset({"test_rows", "nothing_new", "cut_names", Remark.BACKFILLED})


class Noted(Schema):
    """How many rows, and the first numbers of them."""

    count: int = 0
    rows: tuple[int, ...] = ()

    def __add__(self, other: "Noted") -> "Noted":
        rows = (*self.rows, *other.rows)[:ROWS_SHOWN]
        return Noted(count=self.count + other.count, rows=rows)


class Notes(Schema):
    """What was noted of some rows of a file; of its parts `add` makes the whole.

    `unknown_tags` counts rows by a word of our own list, the empty word is any other
    tag; `unknown_campaigns` and `unknown_procedures` count them by spelling.
    """

    noted: dict[str, Noted] = Field(default_factory=dict)
    unknown_tags: dict[str, int] = Field(default_factory=dict)
    unknown_campaigns: dict[str, int] = Field(default_factory=dict)
    unknown_procedures: dict[str, int] = Field(default_factory=dict)

    def note(self, kind: str, row: int = 0, count: int = 1) -> None:
        found = Noted(count=count, rows=(row,) if row else ())
        self.noted[kind] = self.noted.get(kind, Noted()) + found

    def add(self, other: "Notes") -> None:
        for kind, noted in other.noted.items():
            self.noted[kind] = self.noted.get(kind, Noted()) + noted
        for ours, theirs in (
            (self.unknown_tags, other.unknown_tags),
            (self.unknown_campaigns, other.unknown_campaigns),
            (self.unknown_procedures, other.unknown_procedures),
        ):
            for name, count in theirs.items():
                if name in ours or len(ours) < MOST_CAMPAIGNS_COUNTED:
                    ours[name] = ours.get(name, 0) + count

    def observe(
        self, row: int, lead: IncomingLead, cells: Mapping[str, Sequence[str]]
    ) -> None:
        """Note what was dropped while the row was read."""
        names = {name.strip() for name in cells.get("first_name", ())} - {""}
        if lead.first_name and names and lead.first_name not in names:
            self.note("cut_names")
        for name in sorted(lead.unreadable):
            self.note(name, row)

    def compare(
        self,
        rows: Mapping[int, IncomingLead],
        names: ClinicNames,
        may_be_named: Callable[[str], bool] = may_be_a_procedure,
    ) -> None:
        """Note what `rows` name that the clinic doesn't have.

        `may_be_named` says of an unknown procedure whether it is more than one row's.
        """
        for number, row in rows.items():
            for tag in {TAG_WORDS.get(key(tag), "") for tag in _unknown(row, names)}:
                self.unknown_tags[tag] = self.unknown_tags.get(tag, 0) + 1
            campaign = row.campaign_name
            if campaign and key(campaign) not in names.campaigns:
                spelling = _spelling(campaign, self.unknown_campaigns)
                count = self.unknown_campaigns.get(spelling, 0)
                self.unknown_campaigns[spelling] = count + 1
            self._compare_procedure(number, row, names, may_be_named)
            if row.stage and key(row.stage) not in names.stages:
                self.note("unknown_stage", number)
            if row.assigned_to and key(row.assigned_to) not in names.people:
                self.note("unknown_person", number)

    def _compare_procedure(
        self,
        number: int,
        row: IncomingLead,
        names: ClinicNames,
        may_be_named: Callable[[str], bool],
    ) -> None:
        word = row.procedure
        if word and not names.procedure_of(word):
            self.note("unknown_procedure", number)
            if may_be_named(word):
                spelling = _spelling(word, self.unknown_procedures)
                count = self.unknown_procedures.get(spelling, 0)
                self.unknown_procedures[spelling] = count + 1
        if row.expected_value and not procedure_of_row(row, names):
            self.note("values_without_procedure", number)

    def results(self, results: Mapping[int, RowResult]) -> None:
        for number, result in results.items():
            if not isinstance(result, LeadPlan):
                continue
            for remark in sorted(result.remarks):
                self.note(str(remark), number)
            if result.is_empty:
                self.note("nothing_new")

    def sentences(self) -> tuple[str, ...]:
        counted = (
            _sentence(kind, self.noted.get(kind, Noted())) for kind in NOTE_SENTENCES
        )
        return (
            *filter(None, counted),
            *_unknown_tags(self.unknown_tags),
            *_unknown_campaigns(self.unknown_campaigns),
            *_unknown_procedures(self.unknown_procedures),
        )


def _unknown(row: IncomingLead, names: ClinicNames) -> Iterator[str]:
    return (tag for tag in row.tags if key(tag) not in names.tags)


def _sentence(kind: str, noted: Noted) -> str:
    if not noted.count:
        return ""
    one, several = NOTE_SENTENCES[kind]
    text = (one if noted.count == 1 else several).format(f"{noted.count:,}")
    if kind in WITHOUT_ROWS or not noted.rows:
        return text if text.endswith(".") else f"{text}."
    return f"{text}: {listed_rows(noted.rows, noted.count)}."


def listed_rows(numbers: Sequence[int], count: int) -> str:
    """`row 4`, `rows 4, 9, 12 and 31 more`"""
    shown = ", ".join(f"{number:,}" for number in numbers[:ROWS_SHOWN])
    more = count - min(len(numbers), ROWS_SHOWN)
    word = "row" if count == 1 else "rows"
    return f"{word} {shown} and {more:,} more" if more > 0 else f"{word} {shown}"


def _unknown_tags(found: Mapping[str, int]) -> Iterable[str]:
    known = sorted((name, count) for name, count in found.items() if name)
    if known:
        listed = ", ".join(f"{name} ({count:,})" for name, count in known)
        yield f"Unknown tags, waiting under Suggested tags: {listed}."
    if others := found.get("", 0):
        rows = "1 row has" if others == 1 else f"{others:,} rows have"
        yield f"{rows} other unknown tags, skipped."


def _unknown_campaigns(found: Mapping[str, int]) -> Iterable[str]:
    if not found:
        return
    shown = [
        name
        for name, count in found.items()
        if count >= ROWS_TO_BE_NAMED and _may_be_shown(name)
    ][:MOST_NAMES_SHOWN]
    more = len(found) - len(shown)
    are = "1 campaign is" if len(found) == 1 else f"{len(found):,} campaigns are"
    if not shown:
        yield f"{are} unknown here and skipped."
        return
    listed = ", ".join([*shown, *([f"{more:,} more"] if more else [])])
    yield f"{are} unknown here and skipped: {listed}."


def _unknown_procedures(found: Mapping[str, int]) -> Iterable[str]:
    if found:
        named = list(found.items())[:MOST_NAMES_SHOWN]
        listed = ", ".join(f"“{name}” ({count:,})" for name, count in named)
        yield f"Unknown procedures, waiting under Procedures: {listed}."


def _spelling(word: str, known: Iterable[str]) -> str:
    """As it was spelled first."""
    return next((name for name in known if key(name) == key(word)), word)


def _may_be_shown(name: str) -> bool:
    return len(name) <= LONGEST_NAME_SHOWN and says_nothing_about_somebody(name)
