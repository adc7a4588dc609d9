"""Signing in by username or email, and under which name failures are counted."""

from typing import Any

from django.contrib.auth.forms import AuthenticationForm

from medspa.accounts.models import User

LONGEST_SIGN_IN_NAME = 254
WRONG_SIGN_IN = "That username or password isn't right."


class SignInForm(AuthenticationForm):
    error_messages = {"invalid_login": WRONG_SIGN_IN, "inactive": WRONG_SIGN_IN}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name: Any = self.fields["username"]
        name.label, name.max_length = "Email or username", LONGEST_SIGN_IN_NAME
        name.widget.attrs |= {
            "class": "field-box",
            "maxlength": LONGEST_SIGN_IN_NAME,
            "spellcheck": "false",
        }
        self.fields["password"].widget.attrs |= {"class": "field-box"}


def counted_name(request: Any, credentials: dict[str, Any] | None = None) -> str:
    """For `AXES_USERNAME_CALLABLE`: one name for all ways to say who one is.

    Else an email in other cases, or the username, would be five more tries.
    """
    said = (credentials or {}).get("username")
    if said is None and request is not None:
        said = request.POST.get("username", "")
    said = str(said or "").strip()[:LONGEST_SIGN_IN_NAME]
    if "\0" in said:
        return ""
    person = User.objects.named(said)
    return person.username if person else said.lower()
