"""The models of this app; each is defined in the folder of its subject."""

from safekeeping.seals.models import Seal, SealedRows

__all__ = ["Seal", "SealedRows"]
