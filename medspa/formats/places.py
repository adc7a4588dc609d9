"""What a clinic's country, time zone and currency are chosen from."""

from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

import phonenumbers

from medspa.formats import CURRENCY_SIGNS

Choices = list[tuple[str, str]]
# Where the library has no name, a former or an unusual one.
OWN_NAMES = {
    "AC": "Ascension Island",
    "CD": "Democratic Republic of the Congo",
    "CG": "Republic of the Congo",
    "CZ": "Czechia",
    "MK": "North Macedonia",
    "RE": "Réunion",
    "SZ": "Eswatini",
    "TA": "Tristan da Cunha",
    "XK": "Kosovo",
}
FIRST_COUNTRIES = ("US", "CA", "GB", "IE", "AU", "NZ", "PR")
AMERICAN_ZONES: Choices = [
    ("America/New_York", "Eastern (New York)"),
    ("America/Chicago", "Central (Chicago)"),
    ("America/Denver", "Mountain (Denver)"),
    ("America/Phoenix", "Arizona (Phoenix)"),
    ("America/Los_Angeles", "Pacific (Los Angeles)"),
    ("America/Anchorage", "Alaska (Anchorage)"),
    ("Pacific/Honolulu", "Hawaii (Honolulu)"),
    ("America/Puerto_Rico", "Puerto Rico"),
]
AREAS = (
    "Africa",
    "America",
    "Antarctica",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
)


@cache
def countries() -> Choices:
    """By name, those whose formats are known first."""
    listed = _listed_names()
    codes = phonenumbers.SUPPORTED_REGIONS
    names = {code: _english(listed.get(code, {}), code) for code in codes}
    others = sorted(names.keys() - set(FIRST_COUNTRIES), key=names.__getitem__)
    return [(code, names[code]) for code in (*FIRST_COUNTRIES, *others)]


def _listed_names() -> dict[str, dict[str, str]]:
    """The library's list: code → language → name.

    Its file is read alone: the package around it also loads which places have which
    phone numbers, 105 MB in each web worker.
    """
    path = Path(phonenumbers.__file__).with_name("geodata") / "locale.py"
    spec: Any = spec_from_file_location("phonenumbers.geodata.locale", path)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    names: dict[str, dict[str, str]] = module.LOCALE_DATA
    return names


def _english(names: dict[str, str], code: str) -> str:
    """The library notes a name that is the same in another language as `*aa`, by that
    language."""
    if code in OWN_NAMES:
        return OWN_NAMES[code]
    name = names.get("en") or code
    text = names[name[1:]] if name.startswith("*") else name
    return text.replace(" And ", " and ").replace(" Of ", " of ")


@cache
def time_zones() -> list[tuple[str, Choices]]:
    """By area; the zones of the United States first, by the names they have there."""
    known = sorted(available_timezones())
    areas = [
        (area, [(name, _place(name)) for name in known if name.startswith(f"{area}/")])
        for area in AREAS
    ]
    return [("United States", AMERICAN_ZONES), *((a, z) for a, z in areas if z)]


def country_name(code: str) -> str:
    """As the choice says it: `United Kingdom`."""
    return dict(countries()).get(code, code)


def zone_name(zone: str) -> str:
    """As the choice says it: `Eastern (New York)`, `London`."""
    return dict(AMERICAN_ZONES).get(zone) or _place(zone) or zone


def _place(zone: str) -> str:
    """`Argentina, Buenos Aires`"""
    return zone.partition("/")[2].replace("/", ", ").replace("_", " ")


def currencies() -> Choices:
    return [(code, f"{code} ({sign.strip()})") for code, sign in CURRENCY_SIGNS.items()]
