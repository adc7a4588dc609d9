"""The one place where refusals become answers of these pages."""

from collections.abc import Iterator
from contextlib import contextmanager

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from medspa.refusals import Refused
from medspa.web.refusals import sentence_of


@contextmanager
def refusals_as_messages(request: HttpRequest) -> Iterator[None]:
    """A refusal ends the block; the next page shows its sentences."""
    try:
        yield
    except (Refused, ValidationError) as refusal:
        messages.error(request, sentence_of(refusal))


@contextmanager
def refusals_as_form_errors(form: forms.Form) -> Iterator[None]:
    """A refusal ends the block; the form shows its sentences."""
    try:
        yield
    except Refused as refusal:
        form.add_error(None, refusal.sentence)
    except ValidationError as refusal:
        form.add_error(None, refusal.messages)
