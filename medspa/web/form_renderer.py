"""How the inputs of forms are written."""

from functools import cached_property
from typing import Any

from django.forms.renderers import DjangoTemplates, Jinja2

DJANGOS_OWN = "django/forms/widgets/"


class FormRenderer(DjangoTemplates):
    """Django's own inputs by their templates of Jinja2, which the theme's don't have.

    Django's templates include one for each option and its attributes: the sheet that
    adds a lead has 110 of them.
    """

    @cached_property
    def compiled(self) -> Jinja2:
        return Jinja2()

    def get_template(self, template_name: str) -> Any:
        if template_name.startswith(DJANGOS_OWN):
            return self.compiled.get_template(template_name)
        return super().get_template(template_name)
