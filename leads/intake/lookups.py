"""The clinic's own tags and campaigns, as an import needs them."""

from collections.abc import Iterable

from campaigns.models import Campaign, Platform
from leads.intake.incoming import IncomingLead
from leads.intake.planning import ClinicNames
from leads.intake.synonyms import key
from leads.models import Tag
from medspa.ids import new_id


def read_clinic_names() -> ClinicNames:
    """The active tags and campaigns; the newest of two campaigns with one name."""
    campaigns = Campaign.objects.order_by("created_at", "id").values_list("name", "id")
    return ClinicNames(
        tags={key(name): pk for name, pk in Tag.objects.values_list("name", "id")},
        campaigns={key(name): pk for name, pk in campaigns if key(name)},
    )


def add_campaigns(
    rows: Iterable[IncomingLead], names: ClinicNames, *, only_pretend: bool
) -> None:
    """Make the campaigns that `rows` name and `names` lacks, and add them to it."""
    for row in rows:
        name = key(row.campaign_name)
        if name and name not in names.campaigns:
            names.campaigns[name] = new_id() if only_pretend else _create(row).id


def _create(row: IncomingLead) -> Campaign:
    return Campaign.objects.create(
        name=row.campaign_name, platform=row.ad_platform or Platform.OTHER
    )
