"""The job worker of a run, whose webhooks go to a receiver on this computer.

It is the worker as it is deployed, but for whom it may connect to and whose
certificates it trusts.
"""

import sys
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402

from api.webhooks import delivering  # noqa: E402
from api.webhooks.sender import WebhookSender  # noqa: E402


def main(authorities: str) -> None:
    def to_this_computer(**_: Any) -> WebhookSender:
        return WebhookSender(authorities=authorities, allows_loopback=True)

    delivering.WebhookSender = to_this_computer  # type: ignore[assignment,misc]
    call_command("worker")


if __name__ == "__main__":
    main(sys.argv[1])
