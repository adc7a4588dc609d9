"""Seals over history and the audit log: a chain, and the hashes under each link."""

import hashlib
import json

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.lookups import Exact
from django.utils.crypto import salted_hmac

from medspa.validation import Validated

SIGNATURE_SALT = "safekeeping.seal"


class Seal(Validated):
    """One link: the rows of the transactions from `from_xid` up to `to_xid`.

    Another server counts transactions anew, so the first seal there begins a section of
    the chain: it also covers the rows that came along unsealed.

    `hash` is over everything else here, the previous link's hash included. `signature`
    is by SECRET_KEY, so that who can only write the database can't make a link.
    """

    number = models.BigIntegerField(primary_key=True)
    previous_hash = models.BinaryField(editable=False)
    from_xid = models.BigIntegerField(editable=False)
    to_xid = models.BigIntegerField(editable=False)
    # The system identifier of the PostgreSQL server.
    server = models.CharField(max_length=20, editable=False)
    # Of the first seal of a section: up to where the server before had sealed. Rows
    # that came along have that number or a higher one.
    carried_from_xid = models.BigIntegerField(null=True, editable=False)
    # Table → how many of its rows.
    counts = models.JSONField(editable=False)
    root = models.BinaryField(editable=False)
    hash = models.BinaryField(editable=False)
    signature = models.BinaryField(editable=False)
    made_at = models.DateTimeField(editable=False)

    class Meta:
        ordering = ["-number"]
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(
                name="safekeeping_seal_goes_on",
                condition=Q(to_xid__gte=F("from_xid")),
                violation_error_message="A seal ends after it begins.",
            )
        ]

    def __str__(self) -> str:
        return f"Seal {self.number}"

    @property
    def begins_section(self) -> bool:
        return self.carried_from_xid is not None

    def computed_hash(self) -> bytes:
        said = {
            "number": self.number,
            "previous": bytes(self.previous_hash).hex(),
            "from": self.from_xid,
            "to": self.to_xid,
            "server": self.server,
            "carried_from": self.carried_from_xid,
            "counts": self.counts,
            "root": bytes(self.root).hex(),
            "made_at": self.made_at.isoformat(),
        }
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).digest()

    def computed_signature(self, key: str | None = None) -> bytes:
        return salted_hmac(
            SIGNATURE_SALT, bytes(self.hash), secret=key, algorithm="sha256"
        ).digest()


class SealedRows(Validated):
    """Rows of one table under a seal, at most 10,000: their keys and their hashes."""

    seal = models.ForeignKey(Seal, on_delete=models.PROTECT, related_name="parts")
    table_name = models.CharField(max_length=63, editable=False)
    part = models.IntegerField(editable=False)
    ids = ArrayField(models.TextField(), editable=False)
    hashes = ArrayField(models.BinaryField(), editable=False)

    class Meta:
        verbose_name_plural = "sealed rows"
        ordering = ["seal", "table_name", "part"]
        default_permissions = ()
        indexes = [
            models.Index(fields=["table_name", "seal"], name="safekeeping_sealed_table")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["seal", "table_name", "part"],
                name="safekeeping_sealedrows_part_is_one",
                violation_error_message="This part of the seal exists.",
            ),
            models.CheckConstraint(
                name="safekeeping_sealedrows_has_a_hash_for_each",
                condition=Q(
                    Exact(
                        Func("ids", function="cardinality"),
                        Func("hashes", function="cardinality"),
                    )
                ),
                violation_error_message="Each sealed row has its hash.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.table_name} under seal {self.seal_id}"
