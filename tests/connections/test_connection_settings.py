"""`manage.py connection_settings`: printing and replacing a connection's settings."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from connections.models import Connection
from tests.factories import ConnectionFactory

pytestmark = pytest.mark.django_db


def saved(folder: Path, content: str, *names: str) -> dict[str, object]:
    path = folder / "settings.json"
    path.write_text(content)
    out = StringIO()
    call_command("connection_settings", names[0], str(path), *names[1:], stdout=out)
    printed: dict[str, object] = json.loads(out.getvalue())
    return printed


def test_settings_are_replaced_by_those_of_a_file(tmp_path: Path) -> None:
    row = ConnectionFactory(door="gohighlevel")
    new = {"writes": ["tags"]}
    assert saved(tmp_path, json.dumps(new), "gohighlevel") == new
    row.refresh_from_db()
    assert row.settings_json == new
    assert row.history.count() == 2
    out = StringIO()
    call_command("connection_settings", "gohighlevel", stdout=out)
    assert json.loads(out.getvalue()) == new


@pytest.mark.parametrize(
    "content", ["no JSON", "[]", '{"unknown": 1}', '{"writes": ["diagnosis"]}']
)
def test_what_the_system_does_not_have_is_refused(tmp_path: Path, content: str) -> None:
    row = ConnectionFactory(door="gohighlevel")
    with pytest.raises(CommandError):
        saved(tmp_path, content, "gohighlevel")
    assert Connection.objects.get(pk=row.pk).settings_json == row.settings_json


def test_one_of_several_is_named_by_its_account(tmp_path: Path) -> None:
    ConnectionFactory(door="gohighlevel", account="one")
    two = ConnectionFactory(door="gohighlevel", account="two")
    with pytest.raises(CommandError, match="by --account: one, two"):
        saved(tmp_path, "{}", "gohighlevel")
    saved(tmp_path, '{"writes": []}', "gohighlevel", "--account=two")
    two.refresh_from_db()
    assert two.settings_json == {"writes": []}


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (["connection_settings", "goldhighlevel"], "no system “goldhighlevel”"),
        (["connection_settings", "square"], "Square isn't set up"),
        (["gohighlevel", "test"], "GoHighLevel isn't set up"),
        (["connection_settings", "stripe", "--account=two"], "--account: one"),
    ],
)
def test_a_connection_that_is_not_there_is_told_with_what_is(
    command: list[str], sentence: str
) -> None:
    ConnectionFactory(door="stripe", account="one")
    with pytest.raises(CommandError, match=sentence):
        call_command(*command)
