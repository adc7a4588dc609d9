"""What the audit log says of passwords, failed sign-ins and rights."""

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.contrib.auth.signals import user_logged_out, user_login_failed
from django.db.models.signals import m2m_changed

from medspa.accounts.sign_in import counted_name
from medspa.audit.events import audit_kind, record_event
from medspa.json_columns import Schema


class RightsDetails(Schema):
    """`what` are roles or permissions, `names` those that were given or taken."""

    what: str
    names: str


SIGN_IN_FAILED = audit_kind("sign_in_failed", "Sign-in failed", "failed to sign in")
LOCKED_OUT = audit_kind("locked_out", "Locked out", "tried to sign in while locked out")
SIGNED_OUT = audit_kind("signed_out", "Signed out", "signed out")
RIGHTS_GIVEN = audit_kind(
    "rights_given", "Role given", "gave {what}: {names}", RightsDetails
)
RIGHTS_TAKEN = audit_kind(
    "rights_taken", "Role taken away", "took {what}: {names}", RightsDetails
)


def connect() -> None:
    """Django tells of these; nothing else sees every way in which they happen."""
    user_login_failed.connect(record_failure)
    user_logged_out.connect(record_sign_out)
    people = get_user_model()
    for sender in (
        people.groups.through,
        people.user_permissions.through,
        Group.permissions.through,
    ):
        m2m_changed.connect(record_rights, sender=sender)


def person_named(request: Any, credentials: dict[str, Any]) -> Any:
    """Whose name was entered; None for a name of nobody, which may be a password."""
    name = counted_name(request, credentials)
    return get_user_model().objects.filter(username=name).first()


def record_failure(credentials: dict[str, Any], request: Any, **kwargs: Any) -> None:
    # Of what was entered nothing is kept.
    record_event(SIGN_IN_FAILED, subject=person_named(request, credentials))


def record_lockout(request: Any, credentials: dict[str, Any]) -> None:
    record_event(LOCKED_OUT, subject=person_named(request, credentials))


def record_sign_out(request: Any, user: Any, **kwargs: Any) -> None:
    if user is not None and user.is_authenticated:
        record_event(SIGNED_OUT, by=user, subject=user)


def record_rights(
    sender: Any,
    instance: Any,
    action: str,
    model: Any,
    pk_set: set[Any] | None,
    **kwargs: Any,
) -> None:
    """Roles and permissions of a person, permissions and people of a role."""
    if action == "pre_clear":
        pk_set = _linked(sender, instance, model)
    elif action not in ("post_add", "post_remove"):
        return
    if not pk_set:
        return
    linked = model._base_manager.filter(pk__in=pk_set)
    # Roles and permissions by their name: Django's words begin with the app's.
    names = ", ".join(sorted(getattr(one, "name", str(one)) for one in linked))
    record_event(
        RIGHTS_GIVEN if action == "post_add" else RIGHTS_TAKEN,
        subject=instance,
        details=RightsDetails(what=_what(instance, model), names=names),
    )


def _what(instance: Any, model: Any) -> str:
    what = "roles" if model is Group else f"{model._meta.verbose_name_plural}"
    return f"{what} of {instance}" if isinstance(instance, Group) else what


def _linked(through: Any, instance: Any, model: Any) -> set[Any]:
    """Of links that are about to be cleared: the ids at the other end."""
    here, there = (
        next(
            field.attname
            for field in through._meta.fields
            if field.related_model in (one, one._meta.concrete_model)
        )
        for one in (type(instance), model)
    )
    links = through._base_manager.filter(**{here: instance.pk})
    return set(links.values_list(there, flat=True))
