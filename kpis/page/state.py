"""The state of a KPI page in its address: range, basis, comparison; and its links."""

from dataclasses import dataclass, replace
from typing import NamedTuple
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import cached_property

from kpis.metrics.definitions import Basis
from kpis.period import PRESETS, Period, RangeChoice

NOT_COMPARED = {"compare": "off"}


class StateLink(NamedTuple):
    label: str
    query: str
    is_current: bool


@dataclass(frozen=True)
class PageState:
    """`compares`: whether the cards show the change against the previous period."""

    choice: RangeChoice
    basis: Basis
    compares: bool = True

    @property
    def period(self) -> Period:
        return self.choice.period

    @property
    def parameters(self) -> dict[str, str]:
        cohort = {"basis": self.basis.value} if self.basis == Basis.COHORT else {}
        return {**self.choice.query, **cohort, **self._comparison}

    @cached_property
    def query(self) -> str:
        """The parameters as the address has them, without `?`."""
        return urlencode(self.parameters)

    @property
    def presets(self) -> list[StateLink]:
        return [
            StateLink(
                preset.label,
                self._with(choice=RangeChoice(self.period, preset.key)),
                preset.key == self.choice.preset,
            )
            for preset in PRESETS.values()
        ]

    @property
    def bases(self) -> list[StateLink]:
        return [
            StateLink(
                f"By {basis.label.lower()}",
                self._with(basis=basis),
                basis == self.basis,
            )
            for basis in (Basis.PERIOD, Basis.COHORT)
        ]

    @property
    def compare(self) -> StateLink:
        """The switch of the comparison; its address turns it the other way."""
        query = self._with(compares=not self.compares)
        return StateLink("Compare", query, self.compares)

    @cached_property
    def rows_address(self) -> str:
        """What comes before the parameters that open a number's rows."""
        comparison = f"{urlencode(self._comparison)}&" if self._comparison else ""
        return f"{reverse('kpi_rows')}?{comparison}"

    @property
    def _comparison(self) -> dict[str, str]:
        return {} if self.compares else NOT_COMPARED

    def _with(self, **changed: object) -> str:
        return replace(self, **changed).query  # type: ignore[arg-type]
