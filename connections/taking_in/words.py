"""The clinic's own procedures and providers by the words of another system."""

from collections.abc import Mapping

from commissions.models import Provider
from leads.intake.lookups import read_clinic_names
from leads.intake.planning import ClinicNames
from medspa.reading.word_keys import key


class ClinicWords:
    """Read once for all items, and only when one of them has such a word."""

    def __init__(self, system: str) -> None:
        self.system = system
        self._names: ClinicNames | None = None
        self._providers: Mapping[str, str] | None = None

    @property
    def names(self) -> ClinicNames:
        if self._names is None:
            self._names = read_clinic_names(self.system)
        return self._names

    def procedure(self, word: str) -> str:
        """The code; empty for a word that means none of the clinic's procedures."""
        return self.names.procedure_of(word) if word else ""

    def provider(self, word: str) -> str:
        """The id of the active provider with this name or id; empty for nobody."""
        if not word:
            return ""
        if self._providers is None:
            names = list(Provider.objects.values_list("name", "id"))
            self._providers = {key(pk): pk for _, pk in names} | {
                key(name): pk for name, pk in names
            }
        return self._providers.get(key(word), "")
