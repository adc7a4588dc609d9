"""What squashed migrations are made of (CONTRIBUTING.md, Migrations)."""

from collections.abc import Sequence
from importlib import import_module
from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState


class CreateModels(Operation):
    """The models of several apps in an empty database, app label -> models.

    Django's CreateModel makes all classes that a new model reaches anew, and AddField
    those around it: 700 times for our migrations. Here the classes are made once, with
    all models in place; so models may also refer to each other in a circle.
    """

    serialization_expand_args = ["apps"]

    def __init__(self, apps: dict[str, Sequence[migrations.CreateModel]]) -> None:
        self.apps = apps

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        # The classes are made again when somebody asks for them.
        vars(state).pop("apps", None)
        for app, models in self.apps.items():
            for model in models:
                model.state_forwards(app, state)

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        for app, models in self.apps.items():
            for model in models:
                model.database_forwards(app, schema_editor, from_state, to_state)
        # Foreign keys and indexes, before there are rows and triggers.
        while schema_editor.deferred_sql:
            schema_editor.execute(schema_editor.deferred_sql.pop(0))

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        for app, models in reversed(self.apps.items()):
            for model in reversed(models):
                model.database_backwards(app, schema_editor, from_state, to_state)

    def describe(self) -> str:
        return f"Create all models of {', '.join(self.apps)}"


def steps_of(app: str, migration: str, *numbers: int) -> list[Any]:
    """The RunSQL and RunPython operations of a migration that is replaced.

    `numbers` chooses some of them, counted from 0. So their text stands in one place.
    """
    module = import_module(f"{app}.migrations.{migration}")
    steps = [
        operation
        for operation in module.Migration.operations
        if isinstance(operation, migrations.RunSQL | migrations.RunPython)
    ]
    return [steps[number] for number in numbers] if numbers else steps


def at_once(step: migrations.RunSQL) -> migrations.RunSQL:
    """The same statement inside a transaction: nobody writes to an empty table."""
    forward, backward = (
        str(text).replace(" CONCURRENTLY", "") for text in (step.sql, step.reverse_sql)
    )
    return migrations.RunSQL(forward, backward)
