"""Definitions that nothing uses: `python -m tests.dead_code`, a part of `make check`.

vulture lists the definitions whose name no Python code mentions. Much of a Django
project is used where vulture doesn't look, so a name passes that stands

- in a migration, a template, or a string without spaces (a dotted path, a lookup),
- on a base class from outside the project (`handle`, `list_display`),
- among the fields of a model or schema, or the members of choices.

Imports are left to ruff. What only tests use counts as unused. What is used in yet
another way is listed here.
"""

import ast
import inspect
import os
import re
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.db.models import Choices, Model
from django.db.models.options import DEFAULT_NAMES
from msgspec import Struct
from pydantic import BaseModel
from vulture import Vulture

APPS = (
    "medspa",
    "campaigns",
    "leads",
    "kpis",
    "commissions",
    "connections",
    "safekeeping",
    "api",
)
# Decorators that register what they stand on.
REGISTERING = [
    *("@*register*", "@*.task", "@job", "@*_validator", "@*.extend"),
    *("@operation", "@reading_tool", "@writing_tool"),
]
# What Django and its packages look for by name.
LOOKED_FOR = [
    # in the Meta of models and forms
    *(*DEFAULT_NAMES, "help_texts", "widgets", "field_classes"),
    *("Command", "*Config", "UNFOLD", "urlpatterns", "app_name", "application"),
    *("handler4*", "handler500", "clean_*", "has_*_permission", "from_db_value"),
    *("alters_data", "queryset_only", "_perm_cache", "_history_date"),
    *("skip_history_when_saving", "_change_reason"),
    *("sender", "credentials"),  # arguments of a signal and of a lockout
    "extended",  # extension points that tests extend for a while
]
# Used in a way that no tool sees.
ALIVE = {
    "prepare_to_fork": "called by deploy/gunicorn.conf.py",
    "_session_key": "of Django's session, which reads it",
    "is_time_known": "of a tuple that is unpacked",
    "mixed_subtype": "of an email, which Django reads",
    "__getattr__": "of a module, which Python calls",
    "HISTORY_CHANGED": "of lines that a function of the database writes",
    "dump_of": "in tests of several servers",
    "__signature__": "of a function, which `inspect` reads",
    "pooler": "in tests of PgBouncer",
    "label_suffix": "of a form, which Django reads",
    "logging_from_environment": "in the configuration of gunicorn",
    "get_help_text": "of a password validator, which Django calls",
}


def main() -> int:
    scan = Vulture(ignore_decorators=REGISTERING, ignore_names=LOOKED_FOR)
    paths = [settings.BASE_DIR / name for name in (*APPS, "bench", "manage.py")]
    scan.scavenge(paths, exclude=["*/migrations/*"])
    unused = scan.get_unused_code(min_confidence=60)
    mentioned = {
        *in_migrations(),
        *in_templates(),
        *in_strings(),
        *inherited_or_stored(),
    }
    dead = [
        item
        for item in unused
        if item.name not in {*mentioned, *ALIVE}
        and item.typ != "import"
        and item.filename.name != "settings.py"
    ]
    for item in dead:
        print(item.get_report())  # noqa: T201
    stale = ALIVE.keys() - {item.name for item in unused}
    for name in stale:
        print(f"tests/dead_code.py: {name} needs no entry in ALIVE")  # noqa: T201
    return 1 if dead or stale else 0


def in_migrations() -> Iterator[str]:
    for path in settings.BASE_DIR.glob("*/migrations/*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute):
                yield node.attr
            if isinstance(node, ast.ImportFrom):
                yield from (alias.name for alias in node.names)


def in_templates() -> Iterator[str]:
    for path in (settings.BASE_DIR / "templates").rglob("*.*"):
        for tag in re.findall(r"{[{%].*?[%}]}", path.read_text(), re.DOTALL):
            yield from re.findall(r"[a-z_]\w*", tag)


def in_strings() -> Iterator[str]:
    for path in sources(*APPS, "bench"):
        for node in ast.walk(ast.parse(path.read_text())):
            text = node.value if isinstance(node, ast.Constant) else None
            if isinstance(text, str) and re.fullmatch(r"[-\w.]+", text):
                yield from re.split(r"[.-]|__", text)


def inherited_or_stored() -> Iterator[str]:
    for kind in our_classes():
        if issubclass(kind, Choices):
            yield from kind.__members__
        if issubclass(kind, BaseModel):
            yield from kind.model_fields
        if issubclass(kind, Struct):
            yield from kind.__struct_fields__
        if issubclass(kind, Model):
            yield from (field.name for field in kind._meta.get_fields())
        others = [base for base in kind.__mro__ if not is_ours(base)]
        yield from (
            name for name in vars(kind) if any(name in vars(base) for base in others)
        )


def our_classes() -> Iterator[Any]:
    for path in sources(*APPS):
        parts = path.relative_to(settings.BASE_DIR).with_suffix("").parts
        module = import_module(".".join(parts).removesuffix(".__init__"))
        for _, kind in inspect.getmembers(module, inspect.isclass):
            if is_ours(kind):
                yield kind


def is_ours(kind: type) -> bool:
    return kind.__module__.partition(".")[0] in APPS


def sources(*folders: str) -> Iterator[Path]:
    for folder in folders:
        for path in (settings.BASE_DIR / folder).rglob("*.py"):
            if "migrations" not in path.parts:
                yield path


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "medspa.settings")
    django.setup()
    sys.exit(main())
