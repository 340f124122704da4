"""Post one message, and read of the answer only the beginning."""

import dataclasses
import datetime
import http.client

from ..outward.connecting import ask, retry_after, storable

SECONDS = 15
MAX_READ = 2048


@dataclasses.dataclass(frozen=True)
class Answer:
    """What the receiver said; ``retry_after`` only where the status gives it a meaning."""

    status: int
    excerpt: str
    retry_after: datetime.timedelta | None


def post(url: str, body: str, headers: dict[str, str], *, seconds: float = SECONDS) -> Answer:
    """Send ``body`` to ``url``; raises ``UndeliverableError`` when no answer came back."""
    return ask(
        url, method="POST", headers=headers, body=body.encode(), seconds=seconds, read=_answer
    )


def _answer(response: http.client.HTTPResponse) -> Answer:
    delivered = 200 <= response.status < 300
    return Answer(response.status, "" if delivered else _beginning(response), retry_after(response))


def _beginning(response) -> str:
    """Return the beginning of an error's text, or as much of it as came in time."""
    try:
        read = response.read(MAX_READ)
    except (OSError, http.client.HTTPException):
        read = b""
    return storable(read.decode("utf-8", "replace"))
