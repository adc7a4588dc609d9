"""Whom a provider signs in as: what that person can see."""

from django.contrib.auth.models import Group

from commissions.models import Provider
from medspa.models import User
from medspa.roles import PROVIDER

OWN_STATEMENTS = "commissions.view_own_statement"


def link_result(provider: Provider, by: User) -> str:
    """After `by` linked a person to `provider`: give that person the Provider role, or
    say what is missing. Only who manages people gives roles.
    """
    person = provider.user
    if person is None:
        return ""
    if not person.may_sign_in:
        return f"{person} can't sign in: the account is turned off."
    if person.has_perm(OWN_STATEMENTS):
        return f"{person} can see {provider}'s statements."
    if not by.has_perm("medspa.change_user"):
        return (
            f"{person} can't see these statements yet. Ask an administrator to add the "
            f"role {PROVIDER}."
        )
    person.groups.add(Group.objects.get(name=PROVIDER))
    return f"{person} now has the role {PROVIDER} and can see {provider}'s statements."
