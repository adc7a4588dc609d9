"""The forms that add and edit people, and those that people fill in themselves."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib.auth.forms import PasswordChangeForm, SetPasswordForm
from django.core.exceptions import ValidationError

from medspa.accounts.models import User
from medspa.accounts.people.editing import PersonEdit
from medspa.accounts.people.inviting import NewPerson, refuse_known_email
from medspa.accounts.people.leaving import receivers_for
from medspa.accounts.people.reading import roles_in_words
from medspa.extension_points import person_fields
from medspa.reading.cleaning import clean_text
from medspa.refusals import Refused
from medspa.roles import ROLE_WORDS, ROLES

NO_ONE = "none"
KEPT = "As it is now."


class NameField(forms.CharField):
    """A name of a person or of the clinic, without characters that nobody sees."""

    def __init__(self, *, max_length: int = 150, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, **kwargs)
        self.widget.attrs |= {"autocomplete": "off", "autocapitalize": "words"}

    def to_python(self, value: Any) -> str:
        return clean_text(super().to_python(value) or "")


class RoleChoice(forms.ChoiceField):
    """One of the roles, each with what it is for; required."""

    widget = forms.RadioSelect

    def __init__(self, kept: str = "") -> None:
        """`kept` names what somebody has who has no role or several: it can stay."""
        own = [("", kept)] if kept else []
        super().__init__(
            choices=[*own, *((role, role) for role in ROLES)],
            required=not kept,
            error_messages={"required": "Choose a role."},
        )


class PersonForm(forms.Form):
    """What is asked about a new person."""

    first_name = NameField(
        label="First name", error_messages={"required": "Enter a first name."}
    )
    last_name = NameField(label="Last name", required=False)
    email = forms.EmailField(
        label="Email", max_length=254, error_messages={"required": "Enter an email."}
    )

    def __init__(self, data: Any = None, person: User | None = None) -> None:
        initial = {}
        if person:
            names = ("first_name", "last_name", "email", "username")
            initial = {name: getattr(person, name) for name in names}
        super().__init__(data, initial=initial)
        self.person = person
        self.fields["role"] = self._role_field()
        self.extra_names = [field.name for field in person_fields]
        for field in person_fields:
            self.fields[field.name] = field.form_field(person)
        for name, bound in self.fields.items():
            if name != "role":
                bound.widget.attrs["class"] = "field-box"
        self.fields["email"].widget.attrs["autocomplete"] = "off"

    def _role_field(self) -> forms.Field:
        groups = (
            [group.name for group in self.person.groups.all()] if self.person else []
        )
        is_one = len(groups) == 1 and groups[0] in ROLES
        if self.person is None or is_one:
            field = RoleChoice()
            field.initial = groups[0] if is_one else None
            return field
        return RoleChoice(kept=roles_in_words(self.person))

    @property
    def role_options(self) -> list[tuple[Any, str]]:
        """The radio buttons, each with what the role is for."""
        words = ROLE_WORDS.get
        return [(option, words(option.data["value"], KEPT)) for option in self["role"]]

    @property
    def extra(self) -> dict[str, Any]:
        """The values of the other apps' fields, by their names."""
        return {name: self.cleaned_data[name] for name in self.extra_names}

    @property
    def extra_fields(self) -> list[Any]:
        return [self[name] for name in self.extra_names]

    @property
    def new_person(self) -> NewPerson:
        said = self.cleaned_data
        return NewPerson(
            said["first_name"], said["last_name"], said["email"], said["role"]
        )


class EditPersonForm(PersonForm):
    """The same of somebody who is there already."""

    username = forms.CharField(
        label="Username",
        max_length=150,
        error_messages={"required": "Enter a username."},
    )

    def __init__(self, data: Any, person: User) -> None:
        super().__init__(data, person)
        self.fields["username"].widget.attrs["autocomplete"] = "off"
        # Who signed in before everybody had an email may go on without.
        self.fields["email"].required = bool(person.email)

    def clean_username(self) -> str:
        said: str = self.cleaned_data["username"]
        if "@" in said and said != (self.person and self.person.username):
            raise ValidationError("A username can't contain @. Use the email field.")
        return said

    @property
    def edit(self) -> PersonEdit:
        said = self.cleaned_data
        names = ("first_name", "last_name", "username")
        return PersonEdit(
            {name: said[name] for name in names},
            said["role"],
            said["email"],
            self.extra,
        )


class DeactivateForm(forms.Form):
    """Who takes over; asked where there is something to take over."""

    to = forms.ChoiceField(
        label="Hand over to",
        required=False,
        error_messages={"invalid_choice": "Choose someone from the list."},
    )

    def __init__(self, data: Any, person: User, *, is_asked: bool) -> None:
        super().__init__(data)
        self.people = {one.pk: one for one in receivers_for(person)}
        field: Any = self.fields["to"]
        field.choices = [
            ("", "Choose…"),
            *(
                (pk, one.get_full_name() or one.username)
                for pk, one in self.people.items()
            ),
            (NO_ONE, "No one (unassigned)"),
        ]
        field.required = is_asked
        field.error_messages["required"] = "Choose who takes over."
        field.widget.attrs["class"] = "field-box"

    @property
    def receiver(self) -> User | None:
        return self.people.get(self.cleaned_data["to"])


class _PasswordLooks:
    """The inputs of the two forms that Django's own are the base of."""

    fields: dict[str, forms.Field]

    def look(self) -> None:
        for field in self.fields.values():
            field.widget.attrs["class"] = "field-box"
            field.help_text = ""


class ChoosePasswordForm(_PasswordLooks, SetPasswordForm):
    """A password, twice."""

    error_messages = {"password_mismatch": "The two passwords aren't the same."}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new_password1"].label = "Password"
        self.fields["new_password2"].label = "Repeat password"
        self.look()


# Whether this is the password of who is signed in. A wrong one counts as at signing in.
IsPassword = Callable[[str], bool]
NOT_CURRENT = "That isn't your current password."


class ChangePasswordForm(_PasswordLooks, PasswordChangeForm):
    """The same by somebody who knows the current one."""

    error_messages = ChoosePasswordForm.error_messages

    def __init__(self, data: Any, person: User, is_password: IsPassword) -> None:
        super().__init__(person, data)
        self.is_password = is_password
        self.fields["old_password"].label = "Current password"
        self.fields["new_password1"].label = "New password"
        self.fields["new_password2"].label = "Repeat new password"
        self.look()

    def clean_old_password(self) -> str:
        password: str = self.cleaned_data["old_password"]
        if not self.is_password(password):
            raise ValidationError(NOT_CURRENT)
        return password


class ForgotPasswordForm(forms.Form):
    email = forms.EmailField(
        label="Email", max_length=254, error_messages={"required": "Enter your email."}
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].widget.attrs |= {
            "class": "field-box",
            "autocomplete": "email",
            "autofocus": True,
        }


class OwnEmailForm(forms.Form):
    """Another email for the person who is signed in, who knows the password."""

    email = forms.EmailField(
        label="New email",
        max_length=254,
        error_messages={"required": "Enter an email."},
    )
    password = forms.CharField(
        label="Current password",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": "Enter your current password."},
    )

    def __init__(self, data: Any, person: User, is_password: IsPassword) -> None:
        super().__init__(data)
        self.person = person
        self.is_password = is_password
        for field in self.fields.values():
            field.widget.attrs["class"] = "field-box"
        self.fields["email"].widget.attrs["autocomplete"] = "email"

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        try:
            refuse_known_email(email, self.person)
        except Refused as refusal:
            raise ValidationError("Someone else already has this email.") from refusal
        return email

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        if not self.is_password(password):
            raise ValidationError(NOT_CURRENT)
        return password
