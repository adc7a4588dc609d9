"""The people who sign in."""

from typing import Any, ClassVar, Self

from django.contrib.auth.models import AbstractUser, Group, UserManager
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q, Value
from django.db.models.functions import Lower

from medspa.accounts.emailed_links import EmailedLink, LinkKind
from medspa.audit.events import audit_kind, record_event
from medspa.audit.history import History
from medspa.audit.sentences import PASSWORD_CHANGED
from medspa.ids import CuidField
from medspa.roles import ADMINISTRATOR

PASSWORD_CHOSEN = audit_kind(
    "password_changed", "Password changed", "chose a new password"
)


def is_same_email(one: str, other: str) -> bool:
    return one.lower() == other.lower()


class PersonQuerySet(models.QuerySet):
    def may_sign_in(self) -> Self:
        return self.filter(is_active=True, is_staff=True)

    def administrators(self) -> Self:
        """Who manages people, and can sign in to do so."""
        return self.may_sign_in().filter(groups__name=ADMINISTRATOR)

    def with_email(self, email: str) -> Self:
        """The one person with this address, however its letters are cased."""
        people = self.alias(email_key=Lower("email")).exclude(email="")
        return people.filter(email_key=Lower(Value(email)))

    def named(self, said: str) -> "User | None":
        """Whom somebody means who signs in as `said`: a username or an email.

        A username in other cases counts if it is one person's alone.
        """
        people = self.alias(email_key=Lower("email"))
        by_email = Q(email_key=Lower(Value(said))) & ~Q(email="")
        found: list[Any] = list(people.filter(Q(username__iexact=said) | by_email))
        exact = [person for person in found if person.username == said]
        emails = [person for person in found if is_same_email(person.email, said)]
        best = exact or emails or found
        return best[0] if len(best) == 1 else None


class PersonManager(UserManager.from_queryset(PersonQuerySet)):  # type: ignore[misc]
    use_in_migrations = False


class User(AbstractUser):
    """Somebody of the clinic who signs in."""

    id = CuidField(primary_key=True)
    is_staff = models.BooleanField(
        "can sign in", default=True, help_text="Turn off to block sign-in."
    )

    groups = models.ManyToManyField(  # type: ignore[assignment]
        Group,
        verbose_name="roles",
        related_name="user_set",
        related_query_name="user",
        blank=True,
    )

    # Sessions that began before are over; written by a trigger.
    sessions_ended_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects: ClassVar[Any] = PersonManager()
    history = History(
        excluded_fields=["password", "last_login", "sessions_ended_at"],
        m2m_fields=["groups"],
    )

    class Meta:
        verbose_name = "person"
        verbose_name_plural = "people"
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="medspa_user_email_is_unique",
                condition=~Q(email=""),
                violation_error_message="Someone else already has this email.",
            )
        ]

    def __str__(self) -> str:
        return self.first_name or self.username

    def save(self, *args: Any, **kwargs: Any) -> None:
        # By `set_password` alone: a hash that Django makes anew is the same password.
        is_new_password = self._password is not None  # type: ignore[attr-defined]
        with transaction.atomic():
            super().save(*args, **kwargs)
            if is_new_password:
                self.cancel_email_change()

    def set_password(self, raw_password: str | None) -> None:
        """History keeps no password; the next row says that it changed."""
        super().set_password(raw_password)
        self._change_reason = PASSWORD_CHANGED

    def save_password(self) -> None:
        """Save a new password and nothing else, with its row of history."""
        # Of the password alone history keeps nothing.
        self.save(update_fields=["password", "username"])
        record_event(PASSWORD_CHOSEN, by=self, subject=self)

    def cancel_email_change(self) -> int:
        """Who had the password may have asked for it: the link no longer works."""
        links = EmailedLink.objects.filter(person=self, kind=LinkKind.EMAIL_CHANGE)
        return links.revoke()

    def note(self, reason: str) -> None:
        """A row of history for what changed nothing in this one."""
        self._change_reason = reason
        self.save(update_fields=["username"])

    def clean(self) -> None:
        super().clean()
        if not self.may_sign_in:
            self.require_another_administrator()

    @property
    def may_sign_in(self) -> bool:
        return self.is_active and self.is_staff

    def require_another_administrator(self) -> None:
        """Raise ValidationError if without this person nobody could manage people."""
        # Two who drop their roles at the same moment do so one after the other.
        role = Group.objects.select_for_update(no_key=True).filter(name=ADMINISTRATOR)
        role.first()
        administrators = User.objects.administrators().values_list("pk", flat=True)
        if list(administrators) == [self.pk]:
            raise ValidationError(
                "This is the last administrator who can sign in. Give someone else "
                "the role first."
            )
