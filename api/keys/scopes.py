"""What a key may be given: reading or writing one kind of thing.

Writing includes reading. `assistant` opens the tools of assistants and none of the
operations. `contacts:read` stands alone: without it the API shows no
email and no phone.
"""

from dataclasses import dataclass

READ, WRITE = "read", "write"
ASSISTANT_READS, ASSISTANT_WRITES = "assistant:read", "assistant:write"
CONTACTS_SCOPE = "contacts:read"


@dataclass(frozen=True)
class Resource:
    """One kind of thing; `words` say on the Settings page what it holds."""

    name: str
    words: str
    is_writable: bool = True


RESOURCES = (
    Resource("leads", "Leads: name, source, campaign, stage, assignee"),
    Resource("tags", "Tags of leads"),
    Resource("opportunities", "Expected values"),
    Resource("activities", "Calls, texts and emails"),
    Resource("tasks", "Next steps"),
    Resource("consults", "Consults"),
    Resource("payments", "Payments and refunds"),
    Resource("campaigns", "Campaigns and spend"),
    Resource("kpis", "KPI reports", is_writable=False),
    Resource("statements", "Commission statements", is_writable=False),
    Resource("setup", "Stages, tags, procedures, people", is_writable=False),
    Resource("jobs", "Imports, exports and their progress"),
    Resource("webhooks", "Webhook endpoints and their deliveries"),
    Resource("assistant", "Tools of assistants such as Claude"),
)
SCOPES = (
    *(
        f"{resource.name}:{access}"
        for resource in RESOURCES
        for access in ((READ, WRITE) if resource.is_writable else (READ,))
    ),
    CONTACTS_SCOPE,
)


def covers(scopes: set[str] | frozenset[str], needed: str) -> bool:
    """Whether a key with these scopes has the needed one."""
    resource, _, access = needed.partition(":")
    return needed in scopes or (access == READ and f"{resource}:{WRITE}" in scopes)
