"""A receiver for all tests of a file."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.webhooks.receiver import Receiver, receiving


@pytest.fixture(scope="module")
def running_receiver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Receiver]:
    folder: Path = tmp_path_factory.mktemp("receiver")
    with receiving(folder) as receiver:
        yield receiver


@pytest.fixture
def receiver(running_receiver: Receiver) -> Receiver:
    """Without what earlier tests sent."""
    running_receiver.received.clear()
    running_receiver.connections = running_receiver.bytes_sent = 0
    return running_receiver
