"""Work that makes tags, one a step, and can be held up by a test through a pipe."""

from pathlib import Path

from django.db import transaction

from leads.models import Tag
from medspa.jobs.progress import JobProgress
from medspa.jobs.registry import JobRefused, cancel, job
from medspa.json_columns import Schema
from medspa.models import JobRun


class Names(Schema):
    """`pipe`: after the first tag say so in this FIFO, while it is there.

    Then wait for an answer in its neighbour, named like it with `.answer`.
    """

    names: list[str]
    pipe: str = ""


@job("tests.make_tags", arguments=Names, right="")
def make_tags(arguments: Names, progress: JobProgress) -> str:
    progress.of(len(arguments.names))
    for name in arguments.names:
        Tag.objects.get_or_create(name=name, defaults={"color": "#112233"})
        progress.step()
        if arguments.pipe and name == arguments.names[0]:
            _wait(Path(arguments.pipe))
    return f"{len(arguments.names)} tags are there."


def _wait(pipe: Path) -> None:
    if pipe.exists():
        pipe.write_text("here")
        pipe.with_suffix(".answer").read_text()


@job("tests.lock_tag", arguments=Names, right="")
def lock_tag(arguments: Names, progress: JobProgress) -> None:
    """No step before the row is had."""
    with transaction.atomic():
        Tag.objects.select_for_update().get(name=arguments.names[0])


@job("tests.refuse", arguments=Names, right="")
def refuse(arguments: Names, progress: JobProgress) -> None:
    with transaction.atomic():
        Tag.objects.create(name="never", color="#112233")
        progress.of(3, done=2)
        raise JobRefused("The file names no leads.")


@job("tests.break", arguments=Names, right="")
def break_down(arguments: Names, progress: JobProgress) -> None:
    raise KeyError("ana@example.com")


@job("tests.be_cancelled", arguments=Names, right="")
def be_cancelled(arguments: Names, progress: JobProgress) -> None:
    progress.of(2)
    cancel(JobRun.objects.get(kind="tests.be_cancelled"))
    Tag.objects.create(name="kept", color="#112233")
    progress.of(2, done=1)
    raise AssertionError("it was not told to stop")
