"""What people should know after an import besides the counts."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from leads.intake.incoming import IncomingLead
from leads.intake.planning import ClinicNames, procedure_of_row
from leads.intake.synonyms import key

MOST_NAMES_SHOWN = 20
LONGEST_NAME_SHOWN = 60


@dataclass
class Notes:
    """Counts, and names of tags and campaigns; nothing about a person."""

    test_rows: int = 0
    nothing_new: int = 0
    cut_names: int = 0
    values_without_procedure: int = 0
    # Key → the spelling that came first.
    unknown_tags: dict[str, str] = field(default_factory=dict)
    unknown_campaigns: dict[str, str] = field(default_factory=dict)

    def observe(self, row: IncomingLead, cells: dict[str, str]) -> None:
        if row.first_name and cells.get("first_name", "") not in ("", row.first_name):
            self.cut_names += 1
        if row.expected_value and not procedure_of_row(row):
            self.values_without_procedure += 1

    def compare(self, rows: Iterable[IncomingLead], names: ClinicNames) -> None:
        """Note the tags and campaigns of `rows` that the clinic doesn't have."""
        for row in rows:
            for tag in row.tags:
                if key(tag) not in names.tags:
                    self.unknown_tags.setdefault(key(tag), tag)
            campaign = row.campaign_name
            if campaign and key(campaign) not in names.campaigns:
                self.unknown_campaigns.setdefault(key(campaign), campaign)

    def sentences(self) -> tuple[str, ...]:
        lines = (
            (
                self.nothing_new,
                "{} already there, nothing new.",
                "row was",
                "rows were",
            ),
            (self.test_rows, "{} skipped.", "test row was", "test rows were"),
            (
                self.cut_names,
                "{} cut to the first name; last names are not stored here.",
                "name was",
                "names were",
            ),
            (
                self.values_without_procedure,
                "{} left out: a value needs a procedure that we know.",
                "expected value was",
                "expected values were",
            ),
        )
        counted = [
            text.format(f"{count:,} {one if count == 1 else many}")
            for count, text, one, many in lines
            if count
        ]
        return (
            *counted,
            *_unknown("tag", "tags", self.unknown_tags),
            *_unknown("campaign", "campaigns", self.unknown_campaigns),
        )


def _unknown(one: str, many: str, found: dict[str, str]) -> Iterable[str]:
    if not found:
        return
    shown = [name for name in found.values() if _looks_like_a_name(name)]
    shown = shown[:MOST_NAMES_SHOWN]
    more = len(found) - len(shown)
    listed = ", ".join([*shown, *([f"{more:,} more"] if more else [])])
    are = f"1 {one} is" if len(found) == 1 else f"{len(found):,} {many} are"
    yield f"{are} unknown here and left out: {listed}."


def _looks_like_a_name(name: str) -> bool:
    """Not an address, a number or a sentence in the wrong column."""
    digits = sum(character.isdigit() for character in name)
    return len(name) <= LONGEST_NAME_SHOWN and "@" not in name and digits < 7
