"""Judges faults without starting Python anew: a pytest plugin.

One pytest collects the tests and imports the project. Each fault gets a fork of it, in
which the functions of the changed file run their changed code. What a module made when
it was imported stays as it was: that no test notices a fault here says nothing.
"""

import gc
import json
import os
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import pytest
from django.conf import settings

TASKS, RESULTS = "MUTANTS_TASKS", "MUTANTS_RESULTS"
DIED, SURVIVED, NOT_PLANTED = 10, 11, 12
Functions = dict[str, dict[str, list[FunctionType]]]


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool:
    tests = {item.nodeid: item for item in session.items}
    functions = _functions()
    sound = {""}  # tests that pass without a fault
    with Path(os.environ[RESULTS]).open("w") as results:
        for task in json.loads(Path(os.environ[TASKS]).read_text()):
            known = functions[str(settings.BASE_DIR / task["path"])]
            verdict = "", ""
            while chosen := [tests[name] for name in task["tests"] if name in tests]:
                verdict = _judge(session, chosen, known, task)
                test = verdict[1]
                without = task | {"source": None}
                if (
                    test in sound
                    or not _judge(session, [tests[test]], known, without)[0]
                ):
                    sound.add(test)
                    break
                print(test, "fails without a fault", file=sys.stderr)
                del tests[test]
                verdict = "", ""
            print(json.dumps(verdict), file=results, flush=True)
    return True


def _functions() -> Functions:
    """Every function of ours, by file and qualified name."""
    found: Functions = defaultdict(lambda: defaultdict(list))
    gc.unfreeze()
    for each in gc.get_objects():
        if isinstance(each, FunctionType):
            code = each.__code__
            found[code.co_filename][code.co_qualname].append(each)
    gc.freeze()
    return found


def _judge(
    session: pytest.Session,
    tests: list[pytest.Item],
    functions: dict[str, list[FunctionType]],
    task: dict[str, Any],
) -> tuple[str, str]:
    """What becomes of the fault, and the test that noticed it; "" when none did."""
    read, write = os.pipe()
    child = os.fork()
    if not child:
        os.close(read)
        result = NOT_PLANTED
        try:
            source = task["source"]
            if source is None or _plant(functions, task["path"], source):
                result = _run(session, tests, write)
        finally:
            os._exit(result)
    os.close(write)
    result = _exit_code(child, task["seconds"])
    with os.fdopen(read) as told:
        test = told.read()
    if result is None:
        return "too long", ""
    return ("died", test) if result == DIED else ("", "")


def _run(session: pytest.Session, tests: list[pytest.Item], write: int) -> int:
    for test, following in zip(tests, [*tests[1:], None], strict=True):
        test.config.hook.pytest_runtest_protocol(item=test, nextitem=following)
        if session.testsfailed:
            os.write(write, test.nodeid.encode())
            return DIED
    return SURVIVED


def _exit_code(child: int, seconds: float) -> int | None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.02)
    os.kill(child, 9)
    os.waitpid(child, 0)
    return None


def _plant(functions: dict[str, list[FunctionType]], path: str, source: str) -> bool:
    """Give each function its code in `source`; whether any differs."""
    changed = False
    whole = compile(source, str(settings.BASE_DIR / path), "exec", dont_inherit=True)
    codes: dict[str, list[CodeType]] = defaultdict(list)
    for code in _codes(whole):
        codes[code.co_qualname].append(code)
    for name, (code, *others) in codes.items():
        for function in functions.get(name, ()) if not others else ():
            if function.__code__ != code:
                function.__code__ = code
                changed = True
    return changed


def _codes(code: CodeType) -> Iterator[CodeType]:
    """The code of functions that stand in modules or classes, not in functions."""
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield each
            if not each.co_flags & 2:  # CO_NEWLOCALS: a function's; a class has none
                yield from _codes(each)
