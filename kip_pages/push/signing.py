"""Sign by Standard Webhooks 1.0: HMAC-SHA256 of ``id.timestamp.body``, one signature per secret."""

import base64
import datetime
import secrets

from standardwebhooks import Webhook

PREFIX = "whsec_"
SECRET_BYTES = 32  # the specification asks for 24 to 64


def new_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def new_message_id() -> str:
    return "msg_" + secrets.token_urlsafe(20)


def signed_headers(
    message_id: str, body: str, *, signing_secrets: list[str], at: datetime.datetime
) -> dict[str, str]:
    """Return the three headers by which a receiver knows that the message is ours and new."""
    at = at.astimezone(datetime.UTC)  # the library takes the clock's hands and ignores the zone
    signatures = [Webhook(secret).sign(message_id, at, body) for secret in signing_secrets]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
