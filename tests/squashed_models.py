"""Writes the models that a squashed migration makes (CONTRIBUTING.md, Migrations).

`python -m tests.squashed_models medspa:0031 leads:0057` writes, for each app,
`<app>/migrations/_squashed_models.py`: all its models as they are after that migration,
each as one CreateModel with its indexes and constraints.
"""

import os
import sys
from pathlib import Path

import django
from django.conf import settings
from django.db import migrations
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ModelState, ProjectState
from django.db.migrations.writer import OperationWriter

Key = tuple[str, str]


class ReplacedLoader(MigrationLoader):
    """The migrations as if none were squashed."""

    def load_disk(self) -> None:
        super().load_disk()
        self.disk_migrations = {
            key: migration
            for key, migration in self.disk_migrations.items()
            if not migration.replaces
        }


def last_migrations(loader: MigrationLoader, wanted: list[str]) -> list[Key]:
    """`["leads:0057"]` -> `[("leads", "0057_heard_about_us_from")]`."""
    return [
        next(
            key for key in loader.graph.nodes if key[0] == app and key[1][:4] == number
        )
        for app, _, number in (one.partition(":") for one in wanted)
    ]


def create_model(model: ModelState) -> migrations.CreateModel:
    options = {
        name: value
        for name, value in model.options.items()
        if value or name not in ("indexes", "constraints")
    }
    return migrations.CreateModel(
        model.name, list(model.fields.items()), options, model.bases, model.managers
    )


def in_order(models: list[ModelState]) -> list[ModelState]:
    """Tables to whose codes others refer come first: that is asked for at once."""
    listed = {
        constraint.to.lower()
        for model in models
        for constraint in model.options.get("constraints", ())
        if hasattr(constraint, "to")
    }
    return sorted(
        models,
        key=lambda model: f"{model.app_label}.{model.name_lower}" not in listed,
    )


def text_of(state: ProjectState, last: Key) -> str:
    app = last[0]
    imports = {"from django.db import migrations"}
    texts = []
    for model in in_order([one for key, one in state.models.items() if key[0] == app]):
        text, needed = OperationWriter(create_model(model), indentation=1).serialize()
        texts.append(text)
        imports |= needed
    return (
        f'"""The models of {app} as they are after {last[1]}."""\n\n'
        + "\n".join(sorted(imports))
        + "\n\nMODELS = (\n"
        + "\n".join(texts)
        + "\n)\n"
    )


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "medspa.settings")
    django.setup()
    loader = ReplacedLoader(None, ignore_no_migrations=True)
    last = last_migrations(loader, sys.argv[1:])
    state = loader.graph.make_state(nodes=last, real_apps=loader.unmigrated_apps)
    for key in last:
        path = Path(settings.BASE_DIR, key[0], "migrations", "_squashed_models.py")
        path.write_text(text_of(state, key))


if __name__ == "__main__":
    main()
