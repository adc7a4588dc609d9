"""Squashed migrations end where the replaced ones end, from every state before.

That they make the same tables and rows is proved by `python -m tests.squash_proof`.
"""

import pytest
from django.apps import apps
from django.db import connection
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from tests.squashed_models import Key, ReplacedLoader

LOADER = MigrationLoader(None)
REPLACED = ReplacedLoader(None)
SQUASHES = {
    key: frozenset(one.replaces)
    for key, one in LOADER.disk_migrations.items()
    if one.replaces and apps.get_app_config(key[0]).module.__name__ == key[0]
}
OWN = {app for app, _ in SQUASHES} | {
    app for all_of in SQUASHES.values() for app, _ in all_of
}


def old_plan() -> list[Key]:
    """The order in which `migrate` ran them before there were squashes."""
    plan: dict[Key, None] = {}
    for leaf in REPLACED.graph.leaf_nodes():
        plan |= dict.fromkeys(REPLACED.graph.forwards_plan(leaf))
    return list(plan)


PLAN = old_plan()


def test_models_are_those_of_the_replaced_migrations() -> None:
    squashed, replaced = LOADER.project_state(), REPLACED.project_state()
    assert MigrationAutodetector(replaced, squashed).changes(LOADER.graph) == {}
    for key, model in squashed.models.items():
        assert model.bases == replaced.models[key].bases, key


@pytest.mark.parametrize("app", sorted(OWN))
def test_each_app_has_a_last_migration_for_the_next_one_to_follow(app: str) -> None:
    assert [key for key in LOADER.graph.leaf_nodes() if key[0] == app]


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("done", range(0, len(PLAN) + 1, 10))
def test_every_earlier_state_has_a_way_to_the_end(done: int) -> None:
    """A squash is used where nothing of it ran, the replaced ones where a part did."""
    before = PLAN[:done]
    recorder = MigrationRecorder(connection)
    recorder.migration_qs.all().delete()
    for app, name in before:
        recorder.record_applied(app, name)
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    after = [
        key for one, _ in plan for key in one.replaces or [(one.app_label, one.name)]
    ]
    assert len(set(after)) == len(after)
    assert {*before, *after} == set(PLAN)
    assert not {*before} & {*after}


@pytest.mark.django_db
def test_a_database_that_has_all_is_ready() -> None:
    """`migrate` then only writes down that the squashes are there."""
    recorder = MigrationRecorder(connection)
    for app, name in SQUASHES:
        recorder.record_unapplied(app, name)
    executor = MigrationExecutor(connection)
    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []
    executor.migrate([], [])
    assert SQUASHES.keys() <= recorder.applied_migrations().keys()
