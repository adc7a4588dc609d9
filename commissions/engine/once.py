"""Rules that pay a lead once: which of its events they pay."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from commissions.engine.items import Known, left_of
from commissions.engine.journal import JournalEntry
from commissions.engine.rulebook import RuleBook, matches, minimum_value, pays_once
from commissions.engine.schemas import PAYMENT_KIND, RuleRow


class FirstEvents:
    """The events of each lead in order, for rules that pay only the first."""

    def __init__(self, book: RuleBook, entries: Iterable[JournalEntry]) -> None:
        self.book = book
        once = [rule for rule in book.rules.values() if pays_once(rule)]
        self.is_needed = bool(once)
        self._versions: dict[str, list[RuleRow]] = defaultdict(list)
        for rule in once:
            self._versions[rule.chain or rule.id].append(rule)
        self._by_lead: dict[str, list[JournalEntry]] = defaultdict(list)
        for entry in entries if once else ():
            if entry.event.lead:
                self._by_lead[entry.event.lead].append(entry)

    def of_lead(self, lead: str) -> Sequence[JournalEntry]:
        return self._by_lead.get(lead, ())

    def pays(self, rule: RuleRow, entry: JournalEntry, known: Known) -> bool:
        """Whether `rule`, which is in force and won the event, pays its lead with it.

        With the `known` refunds it is the first event that is not wholly paid back,
        and no other version of the rule pays the lead earlier.
        """
        if entry.event.lead is None:
            return _is_left(rule, entry, known)
        if self._first(rule, entry.event.lead, known) is not entry:
            return False
        versions = self._versions[rule.chain or rule.id]
        return not any(
            other is not rule and self._paid_before(other, entry, known)
            for other in versions
        )

    def _paid_before(self, other: RuleRow, entry: JournalEntry, known: Known) -> bool:
        first = self._first(other, entry.event.lead or "", known)
        return (
            first is not None and first.order < entry.order and other.covers(first.day)
        )

    def _first(self, rule: RuleRow, lead: str, known: Known) -> JournalEntry | None:
        """The lead's first event that fits the rule, whatever the rule's dates."""
        for entry in self._by_lead[lead]:
            if self._fits(rule, entry) and _is_left(rule, entry, known):
                return entry
        return None

    def _fits(self, rule: RuleRow, entry: JournalEntry) -> bool:
        event = entry.event
        if not matches(rule, event) or event.value_cents < minimum_value(rule):
            return False
        earners = (self.book.providers.get(share.provider) for share in event.credits)
        return any(earner and rule.concerns(earner, entry.month) for earner in earners)


def _is_left(rule: RuleRow, entry: JournalEntry, known: Known) -> bool:
    """Consults have no value: nothing of them is ever paid back."""
    if entry.event.kind != PAYMENT_KIND:
        return True
    return left_of(rule.terms, entry, known) > 0
