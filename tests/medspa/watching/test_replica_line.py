"""Whether the replica that pages read from keeps up."""

import pytest
from django.db import DEFAULT_DB_ALIAS

from medspa.health.database_lines import replica_line, replica_line_of
from medspa.health.lines import Severity
from medspa.postgres.replica import ReplicaState, replica_state

OK, WARNING, _ = Severity


@pytest.mark.parametrize(
    ("state", "severity", "words"),
    [
        (ReplicaState(True, 0), OK, "0 s behind the primary."),
        (ReplicaState(True, 10), OK, "10 s behind"),
        (ReplicaState(True, 11), WARNING, "11 s behind"),
        (ReplicaState(True, None), WARNING, "Nothing has come"),
        (ReplicaState(False, None), WARNING, "isn't a replica"),
        (None, WARNING, "isn't responding"),
    ],
)
def test_a_replica_that_is_behind_or_away_is_told(
    state: ReplicaState | None, severity: Severity, words: str
) -> None:
    line = replica_line_of(state)
    assert line.severity is severity
    assert words in line.words


def test_without_a_replica_there_is_none_to_tell_of(db: None) -> None:
    assert replica_line().words == "None is used."


def test_a_primary_says_that_it_is_no_replica(db: None) -> None:
    state = replica_state(DEFAULT_DB_ALIAS)
    assert state
    assert not state.is_replica
