"""The line to the mail server: one connection for many e-mails, no faster than is allowed."""

import enum
import logging
import re
import smtplib
import time

from django.core.mail import EmailMessage

from opd_sites.mailing import mail_connection

from ..conf import get_setting

logger = logging.getLogger(__name__)

# One second's work is claimed at a time, and no more than this: so soon an alert overtakes.
MOST_AT_ONCE = 20

# Of the status a server may add (RFC 3463): the address (1) or the mailbox (2) is to blame.
_BLAMES_ADDRESS = re.compile(r"\s*5\.[12]\.\d+")
_BLAMES_SOMETHING = re.compile(r"\s*5\.\d+\.\d+")
# Without such a status: no mailbox, not here, not allowed as a name (RFC 5321 §4.2.3).
_NO_MAILBOX = {550, 551, 553}
_SERVER_LEAVES = 421


class Outcome(enum.Enum):
    SENT = enum.auto()
    # The server will never take anything for this address.
    REFUSED = enum.auto()
    # Not this one, or not now; others may pass.
    PUT_OFF = enum.auto()
    # The line is dead. What was sent last may have arrived or not.
    CUT = enum.auto()


class Line:
    """Sends one message after the other. A context manager: closes what it opened."""

    def __init__(self):
        self._connection = mail_connection()
        self._rate = get_setting("MAILING_RATE")
        self._next_turn = 0.0
        # Messages that the server took since it was last connected to.
        self._taken = 0

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self._hang_up()

    @property
    def batch_size(self) -> int:
        if self._rate is None:
            return MOST_AT_ONCE
        return max(1, min(MOST_AT_ONCE, int(self._rate)))

    def is_open(self) -> bool:
        """Say whether there is a server to talk to, connecting to it if need be."""
        try:
            self._connection.open()
        except (OSError, smtplib.SMTPException) as error:
            logger.warning("the mail server is away: %s", type(error).__name__)
            return False
        return True

    def send(self, message: EmailMessage) -> Outcome:
        """Send ``message`` when its turn has come, and say what came of it; raises nothing.

        Only of the codes is there a log: what servers answer names the address.
        """
        self._wait_for_turn()
        try:
            self._connection.open()  # it may have been cut
            self._connection.send_messages([message])
        except (OSError, smtplib.SMTPException) as error:  # the one is the other's base, mostly
            outcome = outcome_of(error)
            logger.warning("an e-mail did not leave: %s %s", type(error).__name__, _code(error))
        except Exception as error:  # noqa: BLE001 - whatever an odd address makes the library raise
            outcome = Outcome.PUT_OFF
            logger.error("an e-mail could not be written: %s", type(error).__name__)
        else:
            outcome = Outcome.SENT
            self._taken += 1
        if outcome is Outcome.CUT:
            self._hang_up()
        return outcome

    def was_worth_it(self) -> bool:
        """Say, of a line that was cut, whether anything was sent before: then it is worth trying again.

        Servers hang up after a hundred messages; one that takes none is left alone for a while.
        """
        taken, self._taken = self._taken, 0
        return taken > 0

    def _wait_for_turn(self):
        if self._rate is None:
            return
        now = time.monotonic()
        time.sleep(max(0.0, self._next_turn - now))
        self._next_turn = max(now, self._next_turn) + 1 / self._rate

    def _hang_up(self):
        try:
            self._connection.close()
        except (OSError, smtplib.SMTPException):
            logger.info("the mail server did not say goodbye")


def outcome_of(error: Exception) -> Outcome:
    """Say what an error means: for this address, for this message, or for the line."""
    code, text = _code(error), _text(error)
    if code is None or code == _SERVER_LEAVES:
        return Outcome.CUT
    if isinstance(error, smtplib.SMTPSenderRefused):
        return Outcome.CUT  # it is us whom it does not want: the next one fares no better
    if isinstance(error, smtplib.SMTPRecipientsRefused) and _blames_address(code, text):
        return Outcome.REFUSED
    return Outcome.PUT_OFF


def _blames_address(code, text):
    if code < 500:
        return False
    if _BLAMES_SOMETHING.match(text):
        return bool(_BLAMES_ADDRESS.match(text))
    return code in _NO_MAILBOX


def _answer(error):
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return next(iter(error.recipients.values()))
    if isinstance(error, smtplib.SMTPResponseException):
        return error.smtp_code, error.smtp_error
    return None, ""


def _code(error):
    return _answer(error)[0]


def _text(error):
    text = _answer(error)[1]
    return text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
