"""Adding tags to leads and removing them."""

from collections.abc import Iterable

from django.db import transaction

from leads.choices import ActivityType
from leads.models import Activity, Lead, LeadTag, Tag
from medspa.audit.actors import current_actor
from medspa.audit.writing import create_values_with_history


@transaction.atomic
def set_tags(lead: Lead, tags: Iterable[Tag]) -> None:
    """Make `tags` exactly the lead's tags; new ones are logged as activities."""
    wanted = {tag.id: tag for tag in tags}
    present = {link.tag_id: link for link in lead.lead_tags.all()}
    for tag_id, link in present.items():
        if tag_id not in wanted:
            link.delete()
    for tag_id, tag in wanted.items():
        if tag_id not in present:
            add_tag(lead, tag)


@transaction.atomic
def add_tag(lead: Lead, tag: Tag) -> bool:
    """Add the tag to the lead; False if the lead had it already."""
    _, added = LeadTag.objects.get_or_create(lead=lead, tag=tag)
    if added:
        Activity.objects.create(
            lead=lead,
            type=ActivityType.TAG_ADDED,
            payload_json={"tag": tag.pk},
            created_by=current_actor().user,
        )
    return added


@transaction.atomic
def add_new_tags(pairs: Iterable[tuple[str, str]]) -> None:
    """As `add_tag` for pairs of a lead's and a tag's id, by four statements.

    The leads must not have the tags yet.
    """
    pairs = list(pairs)
    create_values_with_history(LeadTag, ("lead_id", "tag_id"), pairs)
    person = current_actor().user
    person_id = person.pk if person else None
    create_values_with_history(
        Activity,
        ("lead_id", "type", "payload_json", "created_by_id"),
        (
            (lead, ActivityType.TAG_ADDED, {"tag": tag}, person_id)
            for lead, tag in pairs
        ),
    )
