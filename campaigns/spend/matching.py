"""Which of our campaigns the names of an export mean."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from campaigns.models import Campaign, CampaignAlias, Platform, SpendSource

PLATFORMS_OF = {
    SpendSource.META: {Platform.FACEBOOK, Platform.INSTAGRAM},
    SpendSource.GOOGLE: {Platform.GOOGLE},
    SpendSource.OTHER: set(Platform),
}
LEAVE_OUT = "-"  # chosen for a name that none of our campaigns is


@dataclass(frozen=True)
class CampaignMatch:
    """A name of the file; `campaign` is None for one that nobody matched yet."""

    name: str
    campaign: Campaign | None
    is_left_out: bool = False
    is_ambiguous: bool = False

    @property
    def is_open(self) -> bool:
        return self.campaign is None and not self.is_left_out


def match_names(
    source: SpendSource, names: Iterable[str], chosen: Mapping[str, str] | None = None
) -> list[CampaignMatch]:
    """Each name's campaign: chosen, else remembered, else of the same name.

    `chosen` is campaign ids by name, or LEAVE_OUT. Of several campaigns with one name
    those on the file's platform are meant; of two of these none is.
    """
    campaigns = list(Campaign.objects.all())
    by_id = {campaign.pk: campaign for campaign in campaigns}
    remembered = {
        alias.name.casefold(): by_id[alias.campaign_id]
        for alias in CampaignAlias.objects.filter(door=source)
        if alias.campaign_id in by_id
    }
    named = defaultdict(list)
    for campaign in campaigns:
        named[_key(campaign.name)].append(campaign)
    return [
        _match(source, name, (chosen or {}).get(name, ""), by_id, remembered, named)
        for name in sorted(names, key=str.casefold)
    ]


def _match(
    source: SpendSource,
    name: str,
    choice: str,
    by_id: Mapping[str, Campaign],
    remembered: Mapping[str, Campaign],
    named: Mapping[str, list[Campaign]],
) -> CampaignMatch:
    if choice == LEAVE_OUT:
        return CampaignMatch(name, None, is_left_out=True)
    if found := by_id.get(choice) or remembered.get(name.casefold()):
        return CampaignMatch(name, found)
    same = named.get(_key(name), [])
    here = [c for c in same if c.platform in PLATFORMS_OF[source]] or same
    return (
        CampaignMatch(name, here[0])
        if len(here) == 1
        else CampaignMatch(name, None, False, bool(here))
    )


def _key(name: str) -> str:
    return " ".join(name.split()).casefold()


def remember_names(source: SpendSource, matches: Iterable[CampaignMatch]) -> None:
    """Store the chosen campaigns of names that differ from the campaign's name."""
    for match in matches:
        if match.campaign is None or _key(match.name) == _key(match.campaign.name):
            continue
        alias = CampaignAlias.objects.filter(
            door=source, name__iexact=match.name
        ).first()
        if alias is None:
            CampaignAlias.objects.create(
                door=source, name=match.name, campaign=match.campaign
            )
        elif alias.campaign_id != match.campaign.pk:
            alias.campaign = match.campaign
            alias.save()
