"""Sending to addresses that somebody entered: what they may be and may do."""

import asyncio
import time
from datetime import UTC, datetime, timedelta

import pytest

from api.webhooks.addresses import is_public
from api.webhooks.attempts import Attempt, pause_of, rest_after, wait_after
from api.webhooks.delivery import SendProblem
from api.webhooks.outbox import TRIED_FOR
from api.webhooks.sender import WebhookSender
from tests.api.webhooks.receiver import Receiver

NOW = datetime(2026, 11, 27, 15, 0, tzinfo=UTC)
PRIVATE = (
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",  # noqa: S104
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "192.0.2.1",
    "198.18.0.1",
    "::1",
    "::",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "64:ff9b::a9fe:a9fe",
    "localhost",
    "",
)
PUBLIC = ("93.184.216.34", "8.8.8.8", "2606:4700::1111")


def send(
    receiver: Receiver, path: str = "/ok", host: str = "localhost", **more: object
) -> Attempt:
    settings = {
        "authorities": receiver.authorities,
        "allows_loopback": True,
        "seconds": 3,
    } | more

    async def act() -> Attempt:
        async with WebhookSender(**settings) as sender:  # type: ignore[arg-type]
            return await sender.send(
                receiver.url(path, host), {"webhook-id": "1"}, b"{}"
            )

    return asyncio.run(act())


def answering(*addresses: str) -> dict[str, object]:
    """A resolver with these answers, for all hosts."""

    async def resolve(host: str, port: int) -> list[str]:
        return list(addresses)

    return {"resolve": resolve}


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_that_is_not_public_is_refused(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_an_address_of_the_internet_is_allowed(address: str) -> None:
    assert is_public(address)


def test_a_request_arrives_and_its_answer_counts(receiver: Receiver) -> None:
    attempt = send(receiver)
    assert (attempt.code, attempt.problem, attempt.is_delivered) == (204, None, True)
    path, headers, body = receiver.received[0]
    assert (path, headers["webhook-id"], body) == ("/ok", "1", b"{}")


def test_loopback_is_refused_unless_it_is_allowed(receiver: Receiver) -> None:
    attempt = send(receiver, allows_loopback=False)
    assert attempt.problem == SendProblem.PRIVATE_ADDRESS
    assert receiver.connections == 0


def test_one_private_address_among_others_is_refused(receiver: Receiver) -> None:
    mixed = answering("93.184.216.34", "169.254.169.254")
    assert send(receiver, **mixed).problem == SendProblem.PRIVATE_ADDRESS
    assert send(receiver, **answering()).problem == SendProblem.UNKNOWN_HOST


def test_a_host_is_resolved_once_and_that_address_is_used(receiver: Receiver) -> None:
    """The name would be another address the second time (DNS rebinding)."""
    answers = [["127.0.0.1"], ["169.254.169.254"]]

    async def rebinding(host: str, port: int) -> list[str]:
        return answers.pop(0)

    assert send(receiver, resolve=rebinding).is_delivered
    assert answers == [["169.254.169.254"]]
    again = send(receiver, resolve=rebinding)
    assert again.problem == SendProblem.PRIVATE_ADDRESS


def test_the_certificate_has_to_be_the_hosts(receiver: Receiver) -> None:
    other = send(receiver, host="hooks.example.com", **answering("127.0.0.1"))
    assert other.problem == SendProblem.CERTIFICATE
    assert send(receiver, authorities="").problem == SendProblem.CERTIFICATE
    assert receiver.received == []


def test_nothing_is_sent_without_https(receiver: Receiver) -> None:
    async def act() -> Attempt:
        async with WebhookSender(allows_loopback=True) as sender:
            return await sender.send(f"http://localhost:{receiver.port}/ok", {}, b"")

    assert asyncio.run(act()).problem == SendProblem.PRIVATE_ADDRESS
    assert receiver.connections == 0


def test_a_proxy_of_the_environment_is_not_used(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    assert send(receiver).is_delivered


def test_a_redirect_is_an_answer_that_is_not_followed(receiver: Receiver) -> None:
    assert send(receiver, "/redirect") == Attempt(302, None, pytest.approx(0, abs=900))
    assert receiver.connections == 1


def test_an_answer_of_two_gigabytes_is_cut_off(receiver: Receiver) -> None:
    begun = time.monotonic()
    assert send(receiver, "/huge").is_delivered
    assert time.monotonic() - begun < 2
    assert receiver.bytes_sent < 50_000_000


def test_an_answer_that_drips_ends_in_time(receiver: Receiver) -> None:
    begun = time.monotonic()
    attempt = send(receiver, "/drip", seconds=0.3)
    assert attempt.problem == SendProblem.TIMEOUT
    assert time.monotonic() - begun < 2


def test_what_is_no_http_and_who_is_not_there_are_told_apart(
    receiver: Receiver,
) -> None:
    assert send(receiver, "/nonsense").problem == SendProblem.NO_HTTP
    nobody = Receiver(port=9, authorities=receiver.authorities)
    assert send(nobody).problem == SendProblem.UNREACHABLE


def test_waits_grow_to_six_hours_and_fill_three_days() -> None:
    waits = [wait_after(n, 0.5).total_seconds() for n in range(1, 30)]
    assert waits[:4] == [5, 20, 80, 320]
    assert max(waits) == 6 * 3600
    in_three_days = [n for n in range(29) if sum(waits[:n]) < TRIED_FOR.total_seconds()]
    assert 15 <= len(in_three_days) <= 20
    assert wait_after(1, 0) == timedelta(seconds=4)
    assert wait_after(1, 1) == timedelta(seconds=6)
    assert 4 <= wait_after(1).total_seconds() <= 6


@pytest.mark.parametrize(
    ("code", "header", "seconds"),
    [
        (429, "120", 120),
        (503, "Fri, 27 Nov 2026 15:01:00 GMT", 60),
        (429, "", 30),
        (429, "soon", 30),
        (429, "999999999999", 6 * 3600),
        (429, "Thu, 01 Jan 1970 00:00:00 GMT", 0),
        (503, "", 0),
        (500, "120", 0),
    ],
)
def test_retry_after_is_heeded(code: int, header: str, seconds: int) -> None:
    assert pause_of(code, header, NOW).total_seconds() == seconds


def test_an_endpoint_that_fails_is_asked_less_and_less() -> None:
    rests = [rest_after(failures).total_seconds() for failures in (4, 5, 8, 50)]
    assert rests == [0, 1, 8, 300]
