"""The slices of a window grouped into the rows of a table. No row is dropped."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from kpis.metrics.display import Value
from kpis.metrics.figures import Counts, row_figures
from kpis.metrics.spend import Spend
from kpis.period import Period
from kpis.queries.counts import CampaignFacts, Slice, Slices, grouped
from leads.models.lead_lists import source_choices
from leads.models.procedure import procedure_choices

UNATTRIBUTED = "Unattributed"


@dataclass(frozen=True)
class Row:
    """One row of a KPI table.

    `id` is None for what belongs to no campaign, source or procedure.

    `period` is the row's own part of the range, where it has one.
    """

    id: str | None
    name: str
    figures: Mapping[str, Value]
    note: str = ""
    period: Period | None = None


@dataclass(frozen=True)
class Breakdown:
    """`by` is campaign, platform, source, procedure or tag."""

    by: str
    rows: list[Row]


def breakdown(
    by: str, slices: Slices, facts: Sequence[CampaignFacts], spend: Spend
) -> Breakdown:
    """The rows of the table `by`; those that can cost money come first."""
    return Breakdown(by, BREAKDOWNS[by](slices, facts, spend))


def _by_campaign(
    slices: Slices, facts: Sequence[CampaignFacts], spend: Spend
) -> list[Row]:
    groups = grouped(slices, lambda key: key.campaign)
    rows = [
        Row(
            fact.id,
            fact.name,
            row_figures(groups.get(fact.id, Counts()), spend.cents(fact.id)),
        )
        for fact in facts
        if not fact.is_deleted or fact.id in groups or spend.cents(fact.id)
    ]
    return [*rows, _unattributed(groups)]


def _by_platform(
    slices: Slices, facts: Sequence[CampaignFacts], spend: Spend
) -> list[Row]:
    """By the platform of the campaign that a lead came from."""
    platform_of: dict[str | None, str] = {fact.id: fact.platform for fact in facts}
    names = {fact.platform: fact.platform_name for fact in facts}
    groups = grouped(slices, lambda key: platform_of.get(key.campaign))
    rows = [
        Row(
            platform,
            names[platform],
            row_figures(
                groups.get(platform, Counts()),
                sum(
                    spend.cents(fact.id) for fact in facts if fact.platform == platform
                ),
            ),
        )
        for platform in sorted(names, key=names.__getitem__)
    ]
    return [*rows, _unattributed(groups)]


def _unattributed(groups: dict[str | None, Counts]) -> Row:
    return Row(None, UNATTRIBUTED, row_figures(groups.get(None, Counts()), None))


def _by_source(
    slices: Slices, facts: Sequence[CampaignFacts], spend: Spend
) -> list[Row]:
    names = dict(source_choices())
    return _by_word(slices, lambda key: key.source, names, "Without a lead")


def _by_procedure(
    slices: Slices, facts: Sequence[CampaignFacts], spend: Spend
) -> list[Row]:
    """By the procedure of a lead's opportunity."""
    names = dict(procedure_choices())
    return _by_word(slices, lambda key: key.procedure, names, "No procedure")


def _by_word(
    slices: Slices,
    key: Callable[[Slice], str | None],
    names: dict[str, str],
    missing: str,
) -> list[Row]:
    """Rows without a cost, one for each value that occurs."""
    groups = grouped(slices, key)
    rows = [
        Row(word, names[word] if word else missing, row_figures(base, None))
        for word, base in groups.items()
    ]
    return sorted(rows, key=lambda row: (row.id is None, row.id))


BREAKDOWNS: dict[str, Callable[[Slices, Sequence[CampaignFacts], Spend], list[Row]]] = {
    "campaign": _by_campaign,
    "platform": _by_platform,
    "source": _by_source,
    "procedure": _by_procedure,
}
