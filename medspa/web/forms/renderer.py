"""How the inputs of forms are written."""

from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.forms.renderers import DjangoTemplates, Jinja2
from django.utils.functional import cached_property

DJANGOS_OWN = "django/forms/widgets/"


class InputTemplates(Jinja2):
    """Django's templates of Jinja2, and one of ours: a list writes its options itself.

    Django's includes a template for each. The clinic's page has 900.
    """

    @cached_property
    def engine(self) -> Any:
        return self.backend(
            {
                "APP_DIRS": True,
                "DIRS": [
                    settings.BASE_DIR / "templates" / "jinja2",
                    Path(forms.__file__).with_name("jinja2"),
                ],
                "NAME": "inputs",
                # A list of options must not ask the disk for each whether it changed.
                "OPTIONS": {"auto_reload": False},
            }
        )


class FormRenderer(DjangoTemplates):
    """Django's own inputs by their templates of Jinja2, which the theme's don't have.

    Django's templates include one for each option and its attributes: the sheet that
    adds a lead has 110 of them.
    """

    @cached_property
    def compiled(self) -> InputTemplates:
        return InputTemplates()

    def get_template(self, template_name: str) -> Any:
        if template_name.startswith(DJANGOS_OWN):
            return self.compiled.get_template(template_name)
        return super().get_template(template_name)
