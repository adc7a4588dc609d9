"""The people who sign in."""

from typing import Any, ClassVar, Self

from django.contrib.auth.models import AbstractUser, Group, UserManager
from django.core.exceptions import ValidationError
from django.db import models

from medspa.audit.history import History
from medspa.audit.sentences import PASSWORD_CHANGED
from medspa.ids import CuidField
from medspa.roles import ADMINISTRATOR


class PersonQuerySet(models.QuerySet):
    def may_sign_in(self) -> Self:
        return self.filter(is_active=True, is_staff=True)

    def administrators(self) -> Self:
        """Who manages people, and can sign in to do so."""
        return self.may_sign_in().filter(groups__name=ADMINISTRATOR)


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

    def __str__(self) -> str:
        return self.first_name or self.username

    def set_password(self, raw_password: str | None) -> None:
        """History keeps no password; the next row says that it changed."""
        super().set_password(raw_password)
        self._change_reason = PASSWORD_CHANGED

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
