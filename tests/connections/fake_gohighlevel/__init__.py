"""A stateful double of GoHighLevel for tests: its data, REST interface and webhooks.

It behaves as the public documentation says, the inconvenient facts included; every
answer is checked against the schemas in `schemas.py` before it is sent.
"""

from tests.connections.fake_gohighlevel.api import Api
from tests.connections.fake_gohighlevel.fake import FakeGoHighLevel
from tests.connections.fake_gohighlevel.time import FakeTime

__all__ = ["Api", "FakeGoHighLevel", "FakeTime"]
