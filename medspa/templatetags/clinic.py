"""Template filters: money, moments and durations look the same on every page."""

from datetime import UTC, datetime, timedelta

from django import template
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from medspa.money import format_cents

register = template.Library()

DURATION_UNITS = (
    (timedelta(days=365), "y"),
    (timedelta(days=1), "d"),
    (timedelta(hours=1), "h"),
    (timedelta(minutes=1), "min"),
)


@register.filter(is_safe=True)
def oneline(text: str) -> str:
    """For a long attribute: its lines in the template are one line on the page."""
    return " ".join(text.split())


@register.filter
def money(cents: int | None) -> str:
    """Integer cents as people write dollars; a dash for nothing."""
    return format_cents(cents)


@register.filter
def nth(values: object, number: int) -> str:
    """Of a field that a form sent several times, the value of row `number`, from 1."""
    rows = values if isinstance(values, list) else [values]
    return str(rows[number - 1] or "") if number <= len(rows) else ""


@register.filter
def duration(span: timedelta | None) -> str:
    """A duration in its largest whole unit: `38 min`, `5 h`, `3 d`."""
    if span is None:
        return "–"
    for step, unit in DURATION_UNITS:
        if span >= step:
            return f"{span // step} {unit}"
    return "now"


@register.filter
def since(moment: datetime | None) -> SafeString | str:
    """How long ago `moment` was, with the exact local moment on hover."""
    if moment is None:
        return "–"
    local = timezone.localtime(moment)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        moment.isoformat(),
        # Formatted by hand: a page has hundreds of these, and Django's date format
        # takes ten times as long.
        f"{local:%a} {local.day} {local:%b %Y, %H:%M}",
        duration(max(datetime.now(UTC) - moment, timedelta())),
    )


@register.filter
def moment(value: datetime | None) -> str:
    """A moment in the clinic's zone: `Thu 19 Nov, 14:05`."""
    if value is None:
        return "–"
    local = timezone.localtime(value)
    this_year = local.year == timezone.localtime().year
    return formats.date_format(local, "D j M, H:i" if this_year else "j M Y, H:i")
