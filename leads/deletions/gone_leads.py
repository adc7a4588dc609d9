"""What became of a lead that an old page, link or form still names."""

from dataclasses import dataclass

from leads.models import Lead, LeadMerge


@dataclass(frozen=True)
class GoneLead:
    """`what` became of it: "was deleted". `survivor` is the lead that it was merged
    into."""

    what: str
    survivor: Lead | None = None

    @property
    def sentence(self) -> str:
        return f"This lead {self.what}."


def gone_lead(lead_id: str) -> GoneLead:
    if survivor := _survivor(lead_id):
        return GoneLead(f"was merged into {survivor}", survivor)
    if Lead.all_objects.filter(pk=lead_id).exists():
        return GoneLead("was deleted")
    return GoneLead("doesn't exist")


def _survivor(lead_id: str) -> Lead | None:
    """The active lead at the end of its merges: a survivor may be merged, too."""
    seen: set[str] = set()
    while lead_id not in seen:
        seen.add(lead_id)
        merges = LeadMerge.objects.standing().filter(merged=lead_id)
        merge = merges.select_related("survivor").first()
        if merge is None:
            return None
        if not merge.survivor.is_deleted:
            return merge.survivor
        lead_id = merge.survivor_id
    return None
