"""Template filters: money, moments and durations look the same on every page."""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.template import Context, engines
from django.template.backends.utils import csrf_input
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from medspa import clock
from medspa.formats import ClinicFormats, clinic_formats, format_cents, unbroken
from medspa.formats.people import color_number, initials
from medspa.help.pages import help_beside
from medspa.templatetags.known_addresses import address_of

register = template.Library()

DURATION_UNITS = (
    (timedelta(days=365), "y"),
    (timedelta(days=1), "d"),
    (timedelta(hours=1), "h"),
    (timedelta(minutes=1), "min"),
)


@register.simple_tag
def avatar(person: Any) -> SafeString:
    """A person's initials; beside their name, which screen readers read."""
    return format_html(
        '<span class="avatar avatar-{}" aria-hidden="true">{}</span>',
        color_number(person),
        initials(person),
    )


@register.simple_tag
def paper() -> str:
    """What the clinic prints on, as style sheets name it: `letter` or `a4`."""
    return clinic_formats().paper.lower()


@register.filter(is_safe=True)
def oneline(text: str) -> str:
    """For a long attribute: its lines in the template are one line on the page."""
    return " ".join(text.split())


@register.filter
def commands(text: str) -> SafeString:
    """A sentence in which what stands between backticks is to be typed."""
    parts = (
        format_html("<code>{}</code>" if index % 2 else "{}", part)
        for index, part in enumerate(text.split("`"))
    )
    return format_html_join("", "{}", ((part,) for part in parts))


@register.filter
def money(cents: int | None) -> str:
    """Integer cents as people write money; a dash for nothing."""
    return format_cents(cents)


@register.filter
def in_currency(label: str) -> str:
    """The label of a field for money: `Amount ($)`."""
    return clinic_formats().in_currency(label)


@register.filter
def exact_money(cents: int | None) -> str:
    """With cents also where they are zero: in one column all amounts look alike."""
    return format_cents(cents, always_cents=True)


def nth(values: object, number: int) -> str:
    """Of a field that a form sent several times, the value of row `number`, from 1."""
    rows = values if isinstance(values, list) else [values]
    return str(rows[number - 1] or "") if number <= len(rows) else ""


@register.filter
def duration(span: timedelta | None) -> str:
    """A duration in its largest whole unit: `38 min`, `5 h`, `3 d`.

    Number and unit stay on one line.
    """
    if span is None:
        return "–"
    for step, unit in DURATION_UNITS:
        if span >= step:
            return unbroken(f"{span // step} {unit}")
    return "now"


def ago(moment: datetime) -> str:
    """`just now` or `5 min ago`."""
    words = duration(clock.now() - moment)
    return "just now" if words == "now" else f"{words} ago"


@register.filter
def since(moment: datetime | None) -> SafeString | str:
    """How long ago `moment` was, with the exact local moment on hover."""
    if moment is None:
        return "–"
    title = clinic_formats().full_moment(moment)
    age = duration(max(datetime.now(UTC) - moment, timedelta()))
    # Numbers and our own words; `format_html` would take longer than all the rest,
    # and `mark_safe` makes something lazy.
    html = f'<time datetime="{moment.isoformat()}" title="{title}">{age}</time>'
    return SafeString(html)


@register.filter
def moment(value: datetime | None) -> str:
    """A moment in the clinic's zone: `Sun, Nov 22, 4:14 PM`."""
    return clinic_formats().moment(value) if value else "–"


@register.filter
def full_moment(value: datetime) -> str:
    """The same with the year: `Sun, Nov 22, 2026, 4:14 PM`."""
    return clinic_formats().full_moment(value)


@register.filter
def day(value: date | None) -> str:
    """A day, or that of a moment in the clinic's zone: `Nov 22, 2026`."""
    if isinstance(value, datetime):
        return clinic_formats().local_date(value)
    return clinic_formats().date(value) if value else ""


@register.filter
def iso_day(value: date | None) -> str:
    """A day as browsers' date fields take it: `2026-11-22`."""
    return value.isoformat() if value else ""


@register.filter
def whole(value: float) -> str:
    """A number without its fraction: `41`."""
    return f"{value:,.0f}"


@register.filter
def day_of_year(value: date) -> str:
    """`Nov 22`."""
    return clinic_formats().day_of_year(value)


@register.filter
def weekday_date(value: date) -> str:
    """`Sun, Nov 22, 2026`."""
    return clinic_formats().weekday_date(value)


@register.filter
def month(value: date) -> str:
    """`November 2026`."""
    return clinic_formats().month(value)


@register.filter
def short_month(value: date) -> str:
    """`Nov 2026`."""
    return clinic_formats().short_month(value)


@register.filter
def month_name(value: date) -> str:
    """`November`, the same in every country."""
    return f"{value:%B}"


@register.filter
def month_abbreviation(value: date) -> str:
    """`Nov`, the same in every country."""
    return f"{value:%b}"


@register.filter
def percent(rate_bps: int | None) -> str:
    """Integer basis points as `25%`."""
    return clinic_formats().percent(rate_bps)


@register.filter
def month_value(value: date) -> str:
    """`2026-11`, for addresses and inputs."""
    return f"{value:%Y-%m}"


@register.simple_tag
def jinja_part(name: str, **values: Any) -> SafeString:
    """A part of the page by a template of Jinja2, which knows only these values."""
    return _rendered(name, values)


def _rendered(name: str, values: dict[str, Any]) -> SafeString:
    """What Jinja2 has escaped as it wrote it."""
    return SafeString(engines["jinja2"].get_template(name).render(values))


@register.simple_tag
def kept_part(name: str, **values: Any) -> SafeString:
    """The same, once per process for the same values and formats.

    They are lists or can be hashed, and the template shows nothing else.
    """
    if settings.DEBUG and not settings.TESTING:
        return _rendered(name, values)  # templates change
    key = [
        (key, tuple(value) if isinstance(value, list) else value)
        for key, value in values.items()
    ]
    return _kept_part(name, clinic_formats(), tuple(key))


@lru_cache(maxsize=1_000)
def _kept_part(
    name: str, formats: ClinicFormats, values: tuple[tuple[str, Any], ...]
) -> SafeString:
    """`formats` are a part of the key: the template may write amounts by them."""
    return _rendered(name, dict(values))


@register.simple_tag(takes_context=True)
def jinja_content(context: Context, name: str) -> SafeString:
    """The page's content by a template of Jinja2, which knows the page's values."""
    values: Any = context.flatten()
    values["csrf_input"] = csrf_input(context["request"])
    return _rendered(name, values)


@register.simple_tag(takes_context=True)
def help_address(context: Context) -> str:
    """Of the help about the page that is shown."""
    found = context["request"].resolver_match
    about = help_beside(found.view_name if found else "")
    return f"{address_of('help')}?about={about.key}"
