"""The two keys of safekeeping that are derived from SAFEKEEPING_KEY.

One signs certificates, the other makes fingerprints of contacts that must not come in
again. Neither is derived from a key that is changed now and then: old certificates
could not be checked any more, and everybody who asked not to be contacted would be
forgotten.
"""

from medspa.encryption.derived_keys import derived_key


def signing_key() -> bytes:
    return derived_key(b"certificates")


def suppression_key() -> bytes:
    return derived_key(b"suppressed contacts")
