"""Every constraint of backups, by a form and by SQL."""

import pytest

from safekeeping.models import Backup, LogArchive
from tests.factories import BackupDrillFactory, BackupFactory
from tests.rules import Rule, refusal_in_sql, refusal_in_words

pytestmark = pytest.mark.django_db


def the_same_label(row: Backup) -> dict[str, object]:
    return {"label": BackupFactory().label}


RULES = [
    Rule(
        "safekeeping_backup_kind_is_known",
        BackupFactory,
        {"kind": "half"},
        "Choose from the list.",
        "kind",
    ),
    Rule(
        "safekeeping_backup_state_is_known",
        BackupFactory,
        {"state": "lost"},
        "Choose from the list.",
        "state",
    ),
    Rule(
        "safekeeping_backup_failure_is_said",
        BackupFactory,
        {"state": "failed"},
        "Only a failed backup has an error message.",
    ),
    Rule(
        "safekeeping_backup_label_is_given_once",
        BackupFactory,
        the_same_label,
        "There is a backup with this label.",
    ),
    Rule(
        "safekeeping_backupdrill_figures_are_not_negative",
        BackupDrillFactory,
        {"seconds": -1.0},
        "Seconds can't be negative.",
    ),
    Rule(
        "safekeeping_logarchive_is_one_row",
        LogArchive.objects.create,
        {"id": 2},
        "There is one archive of the log.",
    ),
]


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_a_form_says_why(rule: Rule) -> None:
    words = refusal_in_words(rule)
    assert rule.sentence in [text for texts in words.values() for text in texts]


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_the_database_refuses(rule: Rule) -> None:
    assert refusal_in_sql(rule) == rule.name
