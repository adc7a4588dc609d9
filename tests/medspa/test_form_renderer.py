"""Inputs are written by templates of Jinja2, as Django's own templates write them."""

from html.parser import HTMLParser
from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates

from medspa.web.forms.renderer import FormRenderer

CHOICES = [("", "None"), ("a&b", "A & <B>"), ("Group", [(1, "One"), (2, "Two")])]
WIDGETS: list[tuple[forms.Widget, Any]] = [
    (forms.TextInput({"class": "field-box", "required": True, "hidden": False}), '"<'),
    (forms.NumberInput(), 1_234_567),
    (forms.DateInput({"type": "date"}), None),
    (forms.Textarea({"rows": 3}), "<b>\ntext"),
    (forms.Select({"data-x": "1"}, CHOICES), "a&b"),
    (forms.SelectMultiple(choices=CHOICES), ["1", "2"]),
    (forms.RadioSelect(choices=CHOICES), 2),
    (forms.CheckboxSelectMultiple(choices=CHOICES), ["a&b"]),
    (forms.CheckboxInput(), True),
    (forms.HiddenInput(), "key"),
    (forms.PasswordInput(), "secret"),
    (forms.FileInput(), None),
    (forms.ClearableFileInput(), None),
    (forms.SplitDateTimeWidget(), None),
]


class Parts(HTMLParser):
    """Tags with their attributes, and texts without the spaces around them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[Any] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.found.append((tag, attrs))

    def handle_endtag(self, tag: str) -> None:
        self.found.append(tag)

    def handle_data(self, data: str) -> None:
        if text := data.strip():
            self.found.append(text)


@pytest.mark.parametrize(
    ("widget", "value"), WIDGETS, ids=lambda one: type(one).__name__
)
def test_an_input_is_the_one_that_django_writes(
    widget: forms.Widget, value: Any
) -> None:
    written, expected = (
        Parts(widget.render("name", value, {"id": "its_id"}, renderer)).found
        for renderer in (FormRenderer(), DjangoTemplates())
    )
    assert written == expected


def test_inputs_of_the_theme_are_written_by_its_own_templates() -> None:
    class Themed(forms.TextInput):
        template_name = "unfold/widgets/text.html"

    assert "<input" in Themed().render("name", "", None, FormRenderer())
