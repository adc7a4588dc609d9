"""The site that a passkey belongs to."""

from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_address


@dataclass(frozen=True)
class Site:
    """As the browser knows it: `http://localhost:8000` and its host name."""

    origin: str
    host: str
    clinic: str

    @property
    def has_passkeys(self) -> bool:
        """Browsers offer them only at a name, and only where nobody listens in."""
        if self.host == "localhost":
            return True
        with suppress(ValueError):
            return not ip_address(self.host.strip("[]"))
        return self.origin.startswith("https:")
