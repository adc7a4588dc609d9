"""Adding and changing a tag of the clinic."""

from django.db import IntegrityError, transaction

from leads.models import Tag
from medspa.refusals import Refused


class TagRefused(Refused):
    """The tag is as it was."""

    code = "tag_refused"


def save_tag(tag: Tag) -> None:
    """Save a new or changed tag.

    Raises ValidationError for a name or color that can't be, and TagRefused when
    someone else took the name at the same moment.
    """
    tag.full_clean()
    try:
        with transaction.atomic():
            tag.save()
    except IntegrityError as error:
        raise TagRefused("There is already a tag with this name.") from error
