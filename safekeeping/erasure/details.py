"""The JSON of an activity or an event in words, for the person whom it is about."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from kpis.choices import Category
from leads.choices import CallOutcome, MessageOutcome
from leads.models import PipelineStage, Tag
from leads.models.lead_lists import lost_reason_name
from leads.models.procedure import procedure_name
from medspa.formats import clinic_formats
from medspa.templatetags.clinic import duration

# Keys of other rows, and what a product cost the clinic: nothing of the person.
LEFT_OUT = ("stay", "booking", "cost_cents")
LABELS = {"duration_seconds": "Duration"}
OUTCOMES: dict[str, Any] = dict([*CallOutcome.choices, *MessageOutcome.choices])
IN_WORDS: dict[str, Callable[[Any], str]] = {
    "category": lambda code: str(Category(code).label),
    "direction": str.capitalize,
    "duration_seconds": lambda seconds: duration(timedelta(seconds=seconds)),
    "form": lambda slug: _spaced(slug).capitalize(),
    "lost_reason": lost_reason_name,
    "outcome": lambda code: str(OUTCOMES.get(code, code)),
    "procedure": procedure_name,
    "scheduled_for": lambda text: clinic_formats().full_moment(
        datetime.fromisoformat(text)
    ),
    "template": lambda slug: _spaced(slug).capitalize(),
}
NAMED = ("from_stage", "to_stage", "tag")


def names_of_rows() -> dict[str, str]:
    """Stages and tags by id; activities keep their ids."""
    return {
        pk: name
        for model in (PipelineStage, Tag)
        for pk, name in model.all_objects.values_list("pk", "name")
    }


def details_in_words(
    details: Mapping[str, Any], names: Mapping[str, str]
) -> dict[str, str]:
    """Label → text; `names` are those of `names_of_rows`."""
    return {
        LABELS.get(key, _spaced(key).capitalize()): _in_words(key, value, names)
        for key, value in details.items()
        if value not in (None, "") and key not in LEFT_OUT
    }


def _in_words(key: str, value: Any, names: Mapping[str, str]) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if key in NAMED:
        return names.get(value, "a deleted one")
    try:
        return IN_WORDS.get(key, str)(value)
    except (TypeError, ValueError):  # not what this version writes: told as it is
        return str(value)


def _spaced(slug: str) -> str:
    return slug.replace("-", " ").replace("_", " ")
