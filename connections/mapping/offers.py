"""What of the clinic's own things a mapping offers."""

from collections.abc import Callable

from campaigns.models import Campaign
from commissions.models import Provider
from connections.door_parts.mappings import Ours
from leads.choices import Outcome
from leads.models import PipelineStage, Tag
from leads.models.procedure import procedures

# Value and label, in the order of the choice.
Offered = list[tuple[str, str]]


def _stages() -> Offered:
    """Not lost ones: a lead gets there with a reason, which no other system gives."""
    stages = PipelineStage.objects.exclude(outcome=Outcome.LOST).order_by("order")
    return list(stages.values_list("id", "name"))


def _tags() -> Offered:
    names = Tag.objects.order_by("name").values_list("name", flat=True)
    return [(name, name) for name in names]


def _procedures() -> Offered:
    active = [one for one in procedures().values() if not one.is_deleted]
    return [(one.code, one.name) for one in active]


def _providers() -> Offered:
    return list(Provider.objects.order_by("name").values_list("id", "name"))


def _campaigns() -> Offered:
    names = Campaign.objects.order_by("name").values_list("name", flat=True)
    return [(name, name) for name in dict.fromkeys(names)]


OFFERS: dict[Ours, Callable[[], Offered]] = {
    Ours.STAGE: _stages,
    Ours.TAG: _tags,
    Ours.PROCEDURE: _procedures,
    Ours.PROVIDER: _providers,
    Ours.CAMPAIGN: _campaigns,
}
