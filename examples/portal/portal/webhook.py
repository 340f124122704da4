"""Believe a webhook (Standard Webhooks 1.0), or do not."""

from collections import deque

from standardwebhooks import Webhook, WebhookVerificationError


class NotBelievedError(Exception):
    """No secret of ours signed this, it is not of these five minutes, or it is not readable."""


class Receiver:
    """Knows the secrets (several while they are being changed) and the messages it has had."""

    def __init__(self, secrets: list[str]):
        """Raises ``ValueError`` for what is no secret."""
        self._hooks = []
        for secret in secrets:
            try:
                self._hooks.append(Webhook(secret))
            except Exception as error:
                raise ValueError("a webhook secret is written whsec_… (base64)") from error
        self._had = deque(maxlen=1000)

    @property
    def has_secrets(self) -> bool:
        return bool(self._hooks)

    def receive(self, body: bytes, headers: dict[str, str]) -> bool:
        """Return whether the message is new; a sender repeats one that it thinks was lost.

        Raises ``NotBelievedError``.
        """
        if not any(_signed(hook, body, headers) for hook in self._hooks):
            raise NotBelievedError
        message = {name.lower(): value for name, value in headers.items()}["webhook-id"]
        if message in self._had:
            return False
        self._had.append(message)
        return True


def _signed(hook, body, headers):
    try:
        hook.verify(body, headers, json_parse=False)
    except (WebhookVerificationError, ValueError):  # ValueError: headers or bytes that are garbage
        return False
    return True
