"""Django's JSON for `dumpdata` and `loaddata`, with moments to the microsecond.

Django cuts them to milliseconds; then the order of two moves of one second, or what was
recorded at the same moment as something else, would not come back.
"""

from datetime import datetime
from typing import Any

from django.core.serializers import json as django_json
from django.core.serializers.json import DjangoJSONEncoder

Deserializer = django_json.Deserializer


class ExactEncoder(DjangoJSONEncoder):
    def default(self, o: Any) -> Any:
        return o.isoformat() if isinstance(o, datetime) else super().default(o)


class Serializer(django_json.Serializer):
    def _init_options(self) -> None:
        super()._init_options()  # type: ignore[misc]
        self.json_kwargs["cls"] = ExactEncoder
