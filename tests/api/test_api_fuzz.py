"""No random request fails or is answered as the description doesn't say.

A small sample of what `python -m bench.api.fuzz` asks.
"""

import logging
import os

import pytest

from api.keys.models import HIGHEST_LIMIT
from medspa.models import User
from tests.api.fuzzing import ApiFuzzer
from tests.api.keys import ApiClient, key_of

pytestmark = pytest.mark.slow

CASES = int(os.environ.get("API_FUZZ_CASES", "200"))
SCENARIOS = max(20, CASES // 20)
SEED = int(os.environ.get("API_FUZZ_SEED", "11"))


def test_no_random_request_breaks_the_description(
    superuser: User, api_rows: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL, "django")
    shown = key_of(superuser, requests_per_minute=HIGHEST_LIMIT)
    fuzzer = ApiFuzzer(ApiClient(shown), api_rows)
    fuzzer.run(CASES, SEED)
    assert not fuzzer.failures, "\n".join(fuzzer.failures[:40])
    assert {200, 404, 422} <= set(fuzzer.statuses)
    _tell(fuzzer)


def test_no_scenario_along_the_links_breaks_the_description(
    superuser: User, api_rows: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL, "django")
    shown = key_of(superuser, requests_per_minute=HIGHEST_LIMIT)
    fuzzer = ApiFuzzer(ApiClient(shown), api_rows)
    fuzzer.run_linked(SCENARIOS, SEED)
    assert not fuzzer.failures, "\n".join(fuzzer.failures[:40])
    assert {201, 202} & set(fuzzer.statuses)
    _tell(fuzzer)


def _tell(fuzzer: ApiFuzzer) -> None:
    if "API_FUZZ_CASES" in os.environ:
        print(dict(sorted(fuzzer.statuses.items())))  # noqa: T201 (asked for by a person)
