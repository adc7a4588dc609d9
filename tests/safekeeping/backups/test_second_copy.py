"""The second destination: an S3 store over HTTP, as it is, wrong, dead and locked."""

import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

from safekeeping.backups.restoring.plan import Archive
from safekeeping.backups.storage import destinations
from safekeeping.backups.storage.config import BackupConfig
from safekeeping.backups.storage.copying import copy_to_second, missing
from safekeeping.backups.storage.destinations import (
    DestinationFailed,
    first_of,
    second_of,
)
from safekeeping.backups.storage.keeping import prune
from safekeeping.backups.storage.manifest import labels_in
from safekeeping.backups.storage.verifying import problems_in
from tests.safekeeping.backups.cluster import PUBLIC_KEY, Cluster


@pytest.fixture(scope="module")
def store() -> Iterator[str]:
    server = ThreadedMotoServer("127.0.0.1", free_port())
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(autouse=True)
def access_key(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")


@pytest.fixture(scope="module")
def stored(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Cluster:
    own = cluster.with_first(tmp_path_factory.mktemp("first"))
    own.back_up(is_full=True)
    own.write()
    own.archive()
    return own


@pytest.fixture
def config(stored: Cluster, store: str, tmp_path: Path) -> BackupConfig:
    """With a new bucket, which can lock objects."""
    bucket = f"bucket-{tmp_path.name[-40:].replace('_', '-').lower().strip('-')}"
    client(store).create_bucket(Bucket=bucket, ObjectLockEnabledForBucket=True)
    return replace(
        stored.config,
        work=tmp_path,
        second=f"s3://{bucket}/clinic",
        second_endpoint=store,
        second_lock_days=30,
    )


def client(store: str) -> Any:
    return boto3.client("s3", endpoint_url=store, region_name="us-east-1")


def free_port() -> int:
    with socket.socket() as probe:
        for port in range(19_100, 19_200):
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("no port is free")


def test_the_copy_is_complete_and_brings_back_the_same(config: BackupConfig) -> None:
    first, second = destinations.every(config)
    assert copy_to_second(config)
    assert labels_in(second) == labels_in(first)
    assert list(problems_in(second, PUBLIC_KEY)) == []
    assert Archive(second, PUBLIC_KEY).plan(None) == Archive(first, PUBLIC_KEY).plan(
        None
    )
    # Only the segment that is being written changes.
    assert all(name.endswith(".partial") for name in missing(first, second))


def test_a_copy_that_was_interrupted_is_no_backup_and_goes_on(
    config: BackupConfig,
) -> None:
    first, second = destinations.every(config)
    name = missing(first, second)[0]
    steps = iter((None, None))

    def interrupt() -> None:
        next(steps)

    with pytest.raises(StopIteration):
        copy_to_second(config, interrupt)
    assert second.size(name) == first.size(name)
    assert labels_in(second) == []
    copy_to_second(config)
    assert labels_in(second) == labels_in(first)


def test_a_wrong_bucket_and_a_dead_store_are_told_and_hold_nothing_up(
    config: BackupConfig, stored: Cluster
) -> None:
    wrong = replace(config, second="s3://nobodys-bucket/clinic")
    with pytest.raises(DestinationFailed, match="refuses us: NoSuchBucket"):
        copy_to_second(wrong)
    dead = replace(config, second_endpoint="http://127.0.0.1:1")
    with pytest.raises(DestinationFailed, match="can't be reached"):
        copy_to_second(dead)
    stored.write()
    stored.archive()  # the first destination goes on
    assert stored.archive_of.plan(stored.written[-1][0])


def test_wrong_credentials_are_told(config: BackupConfig, store: str) -> None:
    import requests

    requests.post(f"{store}/moto-api/reset-auth", data="0", timeout=5)
    try:
        with pytest.raises(DestinationFailed, match="InvalidAccessKeyId"):
            copy_to_second(config)
    finally:
        requests.post(f"{store}/moto-api/reset-auth", data="inf", timeout=5)


def test_a_missing_access_key_is_told(
    config: BackupConfig, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    boto3.setup_default_session()  # it remembers keys that it found
    try:
        with pytest.raises(DestinationFailed, match="set AWS_ACCESS_KEY_ID"):
            copy_to_second(config)
    finally:
        monkeypatch.undo()
        boto3.setup_default_session()


def test_what_the_store_has_locked_is_not_pruned(
    config: BackupConfig, stored: Cluster
) -> None:
    copy_to_second(config)
    second = second_of(config)
    assert second
    [label] = labels_in(second)
    locked = second.locked_until(f"backups/{label}/manifest.json")
    assert locked
    assert locked > datetime.now(UTC) + timedelta(days=29)
    # Two newer ones, so that the rule wants it gone.
    for _ in range(2):
        stored.back_up(is_full=True)
    copy_to_second(config)
    strict = replace(config, keep="1 day")
    later = datetime.now(UTC) + timedelta(days=10)
    assert prune(strict, second, later) == []
    assert label in labels_in(second)
    assert label in prune(strict, second, later + timedelta(days=30))
    assert first_of(config).size(f"backups/{label}/manifest.json")
