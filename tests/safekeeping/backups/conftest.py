"""One server for all tests of backups in a process."""

from collections.abc import Iterator

import pytest

from tests.safekeeping.backups.cluster import Cluster, started_cluster


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    with started_cluster() as cluster:
        cluster.write()
        cluster.back_up(is_full=True)
        yield cluster
