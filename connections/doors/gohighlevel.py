"""GoHighLevel: webhooks of workflows and of marketplace apps, as hints."""

from connections.door import Door
from connections.door_parts.mappings import MappingColumn, MappingTable, Ours
from connections.gohighlevel.access import open_fetch
from connections.gohighlevel.asking import CALENDARS, STAGES, TAGS, list_there
from connections.gohighlevel.problems import problems
from connections.gohighlevel.settings import GoHighLevelSettings
from connections.gohighlevel.taking import take
from connections.gohighlevel.webhooks.canaries import canaries, sign
from connections.gohighlevel.webhooks.hints import read, translate
from connections.gohighlevel.webhooks.signatures import verify

MAPPINGS = (
    MappingTable(
        STAGES,
        "Pipelines and stages",
        "Stage in GoHighLevel",
        "A lead moves to the stage that its opportunity's stage is mapped to. Stages"
        " without a mapping move no lead.",
        (MappingColumn("stages", "Stage here", Ours.STAGE),),
        is_listed=True,
    ),
    MappingTable(
        CALENDARS,
        "Calendars",
        "Calendar in GoHighLevel",
        "Only appointments of the checked calendars are imported, as consults.",
        (
            MappingColumn("consult_calendars", "Consults"),
            MappingColumn("calendar_procedures", "Procedure", Ours.PROCEDURE),
            MappingColumn("calendar_providers", "Provider", Ours.PROVIDER),
        ),
        is_listed=True,
    ),
    MappingTable(
        TAGS,
        "Tags",
        "Tag in GoHighLevel",
        "Tags with the same name here need no mapping; others without one are skipped.",
        (MappingColumn("tags", "Tag here", Ours.TAG),),
        is_listed=True,
    ),
    MappingTable(
        "paid",
        "Procedures of payments",
        "Name of the invoice or product",
        "By the name of what was paid, shown in GoHighLevel under Payments,"
        " Transactions, Source.",
        (MappingColumn("procedures", "Procedure", Ours.PROCEDURE),),
    ),
)

DOOR = Door(
    name="gohighlevel",
    title="GoHighLevel",
    secrets=("token", "workflow_secret", "app_public_keys"),
    verify=verify,
    read=read,
    translate=translate,
    canaries=canaries,
    sign=sign,
    settings=GoHighLevelSettings,
    fetch=open_fetch,
    lead_source="gohighlevel",
    take=take,
    optional_secrets=("token", "workflow_secret", "app_public_keys"),
    problems=problems,
    brings="Contacts, stages, consults and payments from GoHighLevel, and changes back",
    account_label="Location ID",
    needs_account=True,
    secret_labels={
        "token": "Private integration token",
        "workflow_secret": "Workflow secret, if you use workflows",
        "app_public_keys": "Public keys of a marketplace app, if you have one",
    },
    mappings=MAPPINGS,
    list_there=list_there,
)
