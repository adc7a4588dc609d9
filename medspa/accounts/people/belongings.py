"""What other apps know of a person, in the shape in which they say it here."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import QuerySet

from medspa.accounts.models import User


@dataclass(frozen=True)
class HandOver:
    """Things of a person that can be given to someone else.

    `words` says how many there are ("3 open leads"). `act` gives them away, to nobody
    for None, and writes their history; it is called within a transaction.
    """

    words: Callable[[int], str]
    count: Callable[[User], int]
    act: Callable[[User, User | None], None]
    receivers: Callable[[], QuerySet[User]]


@dataclass(frozen=True)
class PersonField:
    """A field about a person that another table keeps.

    `form_field` is for a person or, with None, for a new one, and has the current value
    as its initial one. `save` is called within a transaction. `words` says the value
    of each of these people, by their ids.
    """

    name: str
    label: str
    form_field: Callable[[User | None], forms.Field]
    save: Callable[[User, Any], None]
    words: Callable[[Collection[User]], Mapping[str, str]]
