"""Signed keys that open one draft for a while, to whoever has them and to nothing else."""

import dataclasses
import datetime

from django.core import signing

SALT = "kip_pages.preview"


class NoPreviewError(LookupError):
    """The key opens nothing: mistyped, cut off, made up, or its draft is gone. Ask for a new one."""


class PreviewExpiredError(NoPreviewError):
    """The key was right and its time is over. Ask for a new one."""


@dataclasses.dataclass(frozen=True)
class Key:
    """What a token opens: a page as one revision has it, or as it was last typed by somebody."""

    page: int
    until: datetime.datetime
    revision: int | None = None
    snapshot: int | None = None


def sign(key: Key) -> str:
    """Return the token of ``key``."""
    what = [key.page, key.revision, key.snapshot, int(key.until.timestamp())]
    return signing.dumps(what, salt=SALT)


def read(token: str, *, at: datetime.datetime) -> Key:
    """Return what ``token`` opens at ``at``. Raises ``NoPreviewError`` or ``PreviewExpiredError``."""
    try:
        page, revision, snapshot, until = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise NoPreviewError from error
    until = datetime.datetime.fromtimestamp(until, tz=datetime.UTC)
    if until <= at:
        raise PreviewExpiredError
    return Key(page=page, until=until, revision=revision, snapshot=snapshot)
