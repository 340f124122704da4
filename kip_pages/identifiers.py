"""The ids by which the feed names things."""

import uuid

# Names the feed's ids (UUID version 5): fixed for ever, or every id would change.
ID_NAMESPACE = uuid.UUID("6a1f3a52-8d0b-5c27-9f0e-3c4b6b1d7e90")

# What everybody who takes language tags must take at least (RFC 5646 §4.4.1): ``jv-x-banten``.
LANGUAGE_TAG_LENGTH = 35


def item_uid(translation_key: uuid.UUID, language_code: str) -> uuid.UUID:
    """Return the id of one language of a page: it survives moving, renaming, a change of host."""
    return uuid.uuid5(ID_NAMESPACE, f"{translation_key}/{language_code}")


def feed_uid(*filters: str) -> uuid.UUID:
    """Return the id of the feed narrowed by ``filters``, the same on whichever host serves it."""
    return uuid.uuid5(ID_NAMESPACE, "/".join(("feed", *filters)))
