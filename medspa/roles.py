"""Who may do what: the table behind groups, the sidebar and the permission tests."""

from dataclasses import dataclass
from typing import Any

FRONT_DESK = "Front desk"
MANAGER = "Manager"
PROVIDER = "Provider"
ADMINISTRATOR = "Administrator"
ROLES = (FRONT_DESK, MANAGER, PROVIDER, ADMINISTRATOR)

# What somebody with the role does all day, for who chooses one.
ROLE_WORDS = {
    FRONT_DESK: "Works leads, logs calls, books consults and records payments.",
    MANAGER: "Also sees KPIs, campaigns and commissions, and sets up stages and tags.",
    PROVIDER: "Sees their own commission statements, and nothing else.",
    ADMINISTRATOR: "Also manages people, commission rules, backups and privacy.",
}

DESK = (FRONT_DESK, MANAGER, ADMINISTRATOR)
MANAGEMENT = (MANAGER, ADMINISTRATOR)
ADMINISTRATION = (ADMINISTRATOR,)


@dataclass(frozen=True)
class Capability:
    """A row of the table: what people do, which roles may, by which permissions."""

    name: str
    roles: tuple[str, ...]
    permissions: tuple[str, ...]


def _all(app: str, *models: str) -> tuple[str, ...]:
    actions = ("view", "add", "change", "delete")
    return tuple(f"{app}.{action}_{model}" for model in models for action in actions)


CAPABILITIES = (
    Capability(
        "work leads on board, list and lead page",
        DESK,
        (
            "leads.view_lead",
            "leads.add_lead",
            "leads.change_lead",
            "leads.view_opportunity",
            "leads.add_opportunity",
            "leads.change_opportunity",
            "leads.view_leadtag",
            "leads.add_leadtag",
            "leads.delete_leadtag",
            "leads.view_leadstage",
            "leads.add_leadstage",
            "leads.view_activity",
            "leads.add_activity",
            "leads.view_task",
            "leads.add_task",
            "leads.change_task",
            "leads.view_contactpoint",
        ),
    ),
    # One that reports count takes the right to void what they count, too.
    Capability("delete a lead that no report counts", DESK, ("leads.delete_lead",)),
    Capability("restore a lead", MANAGEMENT, ("leads.restore_lead",)),
    Capability(
        "delete and export many leads",
        MANAGEMENT,
        ("leads.bulk_delete_lead", "leads.export_lead"),
    ),
    Capability("see who exported leads", ADMINISTRATION, ("leads.view_exportlog",)),
    Capability("merge leads", MANAGEMENT, ("leads.merge_lead",)),
    Capability("import leads", MANAGEMENT, ("leads.import_lead",)),
    Capability("record payments", DESK, ("kpis.add_kpievent",)),
    Capability(
        "refund payments, see and void recorded events",
        MANAGEMENT,
        ("kpis.view_kpievent", "kpis.void_kpievent"),
    ),
    Capability("read history", DESK, ("leads.read_history",)),
    Capability("restore past values", MANAGEMENT, ("leads.put_back",)),
    Capability(
        "set up web forms",
        MANAGEMENT,
        (
            "connections.view_webform",
            "connections.add_webform",
            "connections.change_webform",
        ),
    ),
    Capability("see KPI pages and reports", MANAGEMENT, ("kpis.view_kpis",)),
    Capability("see campaigns", DESK, ("campaigns.view_campaign",)),
    Capability(
        "edit campaigns and spend",
        MANAGEMENT,
        (*_all("campaigns", "campaign", "campaignspend"), "campaigns.view_spend"),
    ),
    Capability(
        "set up stages, tags, procedures, sources, lost reasons and providers",
        MANAGEMENT,
        (
            *_all(
                "leads",
                "pipelinestage",
                "tag",
                "procedure",
                "procedurename",
                "leadsource",
                "leadlostreason",
            ),
            "leads.view_tagsuggestion",
            *_all("commissions", "provider"),
        ),
    ),
    Capability(
        "credit payments", MANAGEMENT, _all("commissions", "credit", "leadprovider")
    ),
    Capability(
        "see commission rules", MANAGEMENT, ("commissions.view_commissionrule",)
    ),
    Capability(
        "edit commission rules", ADMINISTRATION, _all("commissions", "commissionrule")
    ),
    Capability(
        "calculate, approve, lock and pay commission statements",
        MANAGEMENT,
        (
            "commissions.view_month",
            "commissions.run_month",
            "commissions.approve_statement",
            "commissions.lock_statement",
            "commissions.add_dispute",
            "commissions.settle_dispute",
        ),
    ),
    Capability(
        "read and dispute one's own commission statements",
        (PROVIDER,),
        ("commissions.view_own_statement", "commissions.add_dispute"),
    ),
    Capability(
        "see connections to other systems, match and retry what waits",
        MANAGEMENT,
        ("connections.view_connection", "connections.work_connection"),
    ),
    Capability(
        "set up connections to other systems",
        ADMINISTRATION,
        ("connections.change_connection",),
    ),
    Capability(
        "change the clinic's settings",
        ADMINISTRATION,
        ("medspa.view_clinic", "medspa.change_clinic"),
    ),
    Capability(
        "keep the clinic's data safe: backups, retention, erasure, audit log",
        ADMINISTRATION,
        (
            "safekeeping.view_backup",
            "safekeeping.run_backup",
            "safekeeping.view_backupdrill",
            "safekeeping.view_legalhold",
            "safekeeping.add_legalhold",
            "safekeeping.change_legalhold",
            "safekeeping.view_retentionnight",
            "safekeeping.view_certificate",
            "safekeeping.view_erasurerequest",
            "safekeeping.add_erasurerequest",
            "safekeeping.change_erasurerequest",
            "medspa.view_auditevent",
            "safekeeping.view_seal",
        ),
    ),
    Capability(
        "make, rotate and revoke API keys",
        ADMINISTRATION,
        ("api.view_apikey", "api.add_apikey", "api.change_apikey"),
    ),
    Capability(
        "set up webhooks, see and repeat their deliveries",
        ADMINISTRATION,
        (
            "api.view_webhookendpoint",
            "api.add_webhookendpoint",
            "api.change_webhookendpoint",
        ),
    ),
    Capability("see all background jobs", MANAGEMENT, ("medspa.view_jobrun",)),
    Capability(
        "manage people, unlock them and see how the system is",
        ADMINISTRATION,
        (*_all("medspa", "user"), "auth.view_group"),
    ),
)


def permissions_of(role: str) -> set[str]:
    """`app.codename` of everything `role` may do."""
    return {
        permission
        for capability in CAPABILITIES
        if role in capability.roles
        for permission in capability.permissions
    }


def sync_groups(apps: Any) -> None:
    """Create the groups and give each exactly its permissions.

    For migrations: `apps` is the historical registry. The permission of a model that
    does not exist yet is granted by the migration that creates the model.
    """
    group_model = apps.get_model("auth", "Group")
    permission_model = apps.get_model("auth", "Permission")
    known = {
        f"{label}.{codename}": pk
        for pk, label, codename in permission_model.objects.values_list(
            "pk", "content_type__app_label", "codename"
        )
    }
    for role in ROLES:
        group, _ = group_model.objects.get_or_create(name=role)
        group.permissions.set(
            known[name] for name in permissions_of(role) if name in known
        )
