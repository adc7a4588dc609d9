"""The table of roles, and the groups that a migration makes of it."""

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission

from medspa.models import User
from medspa.roles import (
    ADMINISTRATOR,
    CAPABILITIES,
    FRONT_DESK,
    MANAGER,
    ROLES,
    permissions_of,
    sync_groups,
)

pytestmark = pytest.mark.django_db


def permissions_in_database(role: str) -> set[str]:
    names = Group.objects.get(name=role).permissions.values_list(
        "content_type__app_label", "codename"
    )
    return {f"{app}.{codename}" for app, codename in names}


@pytest.mark.parametrize("role", ROLES)
def test_after_migrate_each_group_may_do_exactly_what_the_table_says(role: str) -> None:
    assert permissions_in_database(role) == permissions_of(role)


def test_every_permission_in_the_table_exists() -> None:
    existing = {
        f"{app}.{codename}"
        for app, codename in Permission.objects.values_list(
            "content_type__app_label", "codename"
        )
    }
    named = {name for row in CAPABILITIES for name in row.permissions}
    assert named <= existing


def test_the_table_of_roles_names_each_right_once() -> None:
    names = [row.name for row in CAPABILITIES]
    assert len(set(names)) == len(names)


def test_who_may_more_may_all_of_it() -> None:
    desk, manager, administrator = map(
        permissions_of, (FRONT_DESK, MANAGER, ADMINISTRATOR)
    )
    assert desk < manager < administrator


@pytest.mark.parametrize(
    ("persona", "may", "may_not"),
    [
        (
            "front_desk",
            "leads.add_lead leads.delete_lead kpis.add_kpievent leads.read_history",
            "leads.restore_lead leads.export_lead leads.import_lead leads.put_back "
            "campaigns.view_spend kpis.view_kpis commissions.view_provider "
            "kpis.void_kpievent leads.add_tag leads.change_pipelinestage",
        ),
        (
            "manager",
            "leads.export_lead kpis.view_kpis campaigns.view_spend leads.merge_lead "
            "commissions.view_commissionrule commissions.add_provider",
            "commissions.change_commissionrule medspa.view_user medspa.add_user",
        ),
        (
            "administrator",
            "commissions.change_commissionrule medspa.add_user leads.put_back",
            "auth.change_group",
        ),
        ("provider", "", "leads.view_lead kpis.view_kpis commissions.view_provider"),
        ("outsider", "", "leads.view_lead kpis.view_kpis campaigns.view_campaign"),
    ],
)
def test_personas_may_what_the_design_says(
    persona: str, may: str, may_not: str, request: pytest.FixtureRequest
) -> None:
    user: User = request.getfixturevalue(persona)
    assert [name for name in may.split() if not user.has_perm(name)] == []
    assert [name for name in may_not.split() if user.has_perm(name)] == []


def test_syncing_takes_back_what_the_table_does_not_give() -> None:
    group = Group.objects.get(name=FRONT_DESK)
    group.permissions.add(Permission.objects.get(codename="export_lead"))
    sync_groups(apps)
    assert permissions_in_database(FRONT_DESK) == permissions_of(FRONT_DESK)
