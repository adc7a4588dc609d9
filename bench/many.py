"""Acts on many leads: tagging ten thousand, and taking them out as a file.

Once each, with what a process does only once; `bench.files` asks for files often enough
to say rows a second.
"""

from django.db.models import QuerySet

from bench.questions import Question
from leads import bulk
from leads.lead_list.export import CSV, XLSX, export
from leads.models import BulkAction, BulkRun, Lead, LeadTag, Tag
from medspa.audit.actors import acting
from medspa.ids import new_id
from medspa.jobs.progress import NullProgress
from medspa.models import User

MANY = 10_000


def many_questions(person: User) -> list[Question]:
    leads = Lead.objects.order_by("-pk")[:MANY]
    count = leads.count()
    return [
        Question(f"bulk tag of {count:,}", lambda: tag_many(leads, person), rows=count),
        *(
            Question(
                f"{form.ending.upper()} export of {count:,}",
                lambda form=form: sum(
                    map(len, export(_again(leads), person, "", form))
                ),
                rows=count,
            )
            for form in (CSV, XLSX)
        ),
    ]


def _again(leads: QuerySet) -> QuerySet:
    return Lead.objects.filter(pk__in=list(leads.values_list("pk", flat=True)))


def tag_many(leads: QuerySet, person: User) -> BulkRun:
    """As a worker does it; a new tag, so that every lead is changed."""
    # Five digits in a row would look like a number of somebody.
    letters = "".join(filter(str.isalpha, new_id()))
    tag = Tag.objects.create(name=f"Bench {letters}")
    with acting(user=person):
        ids = bulk.chosen_ids(_again(leads))
        run = bulk.store_run(bulk.BulkOrder(BulkAction.TAG, tag.pk, tag.name), ids)
        bulk.carry_out(run.pk, NullProgress())
    assert LeadTag.objects.filter(tag=tag).count() == len(ids)
    tag.delete()
    return run
