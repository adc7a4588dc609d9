"""The clinic's own tags, campaigns, stages and people, as an import needs them."""

from collections import UserDict
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django.utils.functional import cached_property

from campaigns.models import Campaign, Platform
from leads.choices import Outcome
from leads.intake.incoming import IncomingLead
from leads.intake.planning import ClinicNames
from leads.models import PipelineStage, ProcedureName, Tag
from leads.models.lead_lists import sources
from leads.models.procedure import procedures, usual_value
from leads.services.assigning import assignable_people
from medspa.ids import new_id
from medspa.reading.short_names import says_nothing_about_somebody
from medspa.reading.word_keys import key

Meant = TypeVar("Meant", str, int)


class NamesOnDemand(UserDict[str, Meant]):
    """Names that are read when the first of them is looked up: most rows have few."""

    def __init__(self, read: Callable[[], dict[str, Meant]]) -> None:
        self._read: Callable[[], dict[str, Meant]] = read

    def get(self, name: str, default: Any = None) -> Any:
        """Most words of a file name nothing: `Mapping.get` raises and catches each."""
        return self.data.get(name, default)

    @cached_property
    def data(self) -> dict[str, Meant]:  # type: ignore[override]
        return self._read()


def read_clinic_names(system: str = "") -> ClinicNames:
    """The active tags and campaigns; the newest of two campaigns with one name.

    A lost stage is left out: a lead gets there with a reason, which no file gives.
    `system` is the importer whose names for procedures count besides the common ones.
    """
    return ClinicNames(
        tags=NamesOnDemand(_tags),
        campaigns=NamesOnDemand(_campaigns),
        stages=NamesOnDemand(_stages),
        people=NamesOnDemand(_people),
        procedures=NamesOnDemand(lambda: _procedures(system)),
        sources=NamesOnDemand(_sources),
        usual_values=NamesOnDemand(_usual_values),
    )


def _tags() -> dict[str, str]:
    return {key(name): pk for name, pk in Tag.objects.values_list("name", "id")}


def _campaigns() -> dict[str, str]:
    named = Campaign.objects.order_by("created_at", "id").values_list("name", "id")
    return {key(name): pk for name, pk in named if key(name)}


def _stages() -> dict[str, str]:
    named = PipelineStage.objects.exclude(outcome=Outcome.LOST)
    return {key(name): pk for name, pk in named.values_list("name", "id")}


def _sources() -> dict[str, str]:
    """By code and name; without the archived ones."""
    active = [one for one in sources().values() if not one.is_deleted]
    by_code = {key(one.code): one.code for one in active}
    return by_code | {key(one.name): one.code for one in active}


def _procedures(system: str) -> dict[str, str]:
    """By code, name and what other systems call them; without the archived ones."""
    named = ProcedureName.objects.filter(
        system__in=("", system), procedure__deleted_at=None
    ).exclude(procedure=None)
    # The system's own names last, so that they count.
    others = named.order_by("system").values_list("key", "procedure__code")
    active = [one for one in procedures().values() if not one.is_deleted]
    return {
        **dict(others),
        **{key(one.code): one.code for one in active},
        **{key(one.name): one.code for one in active},
    }


def _usual_values() -> dict[str, int]:
    found = {one.code: usual_value(one.code) for one in procedures().values()}
    return {code: cents for code, cents in found.items() if cents}


def _people() -> dict[str, str]:
    """Who can be assigned leads, by user name, name and email.

    A word that two of them share names neither.
    """
    found: dict[str, set[str]] = {}
    for person in assignable_people():
        full_name, first_name = person.get_full_name(), person.first_name
        for word in (person.username, full_name, first_name, person.email):
            found.setdefault(key(word), set()).add(str(person.pk))
    return {word: ids.pop() for word, ids in found.items() if word and len(ids) == 1}


def add_campaigns(
    rows: Iterable[IncomingLead], names: ClinicNames, *, only_pretend: bool
) -> None:
    """Make the campaigns that `rows` name and `names` lacks, and add them to it.

    What may be about a person is no campaign's name.
    """
    for row in rows:
        name = key(row.campaign_name)
        is_new = name and name not in names.campaigns
        if is_new and says_nothing_about_somebody(row.campaign_name):
            names.campaigns[name] = new_id() if only_pretend else _create(row).id


def _create(row: IncomingLead) -> Campaign:
    return Campaign.objects.create(
        name=row.campaign_name, platform=row.ad_platform or Platform.OTHER
    )
