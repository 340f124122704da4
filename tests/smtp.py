"""A mail server as it is in real life: takes messages, refuses addresses, hangs up, is away."""

import dataclasses
import email
import email.policy
import re
import socketserver
import threading
import time

OK = "250 2.0.0 OK"


@dataclasses.dataclass(frozen=True)
class Received:
    """A message that the server took, and said so."""

    recipient: str
    content: bytes
    at: float

    @property
    def message(self):
        return email.message_from_bytes(self.content, policy=email.policy.default)

    @property
    def message_id(self) -> str:
        return re.search(rb"^Message-ID: (\S+)", self.content, re.M | re.I)[1].decode()


class MailServer(socketserver.ThreadingTCPServer):
    """Takes what it is sent and keeps it in ``received``, in order.

    ``answers`` says what is answered to RCPT for an address, and ``answer_to_sender`` to MAIL; both
    take everything at first. After ``per_connection`` messages it hangs up with 421. ``before_taking`` is
    called with each message that was sent and not answered yet.
    """

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64

    def __init__(self, port=0):
        super().__init__(("127.0.0.1", port), _Session)
        self.received, self.answers, self.answer_to_sender = [], {}, OK
        self.per_connection, self.connections = None, 0
        self.before_taking = lambda received: None
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def port(self):
        return self.server_address[1]

    @property
    def recipients(self):
        return [one.recipient for one in self.received]

    def handle_error(self, request, client_address):
        """Senders that are killed hang up; that is what this server is for."""

    def stop(self):
        self.shutdown()
        self.server_close()


class _Session(socketserver.StreamRequestHandler):
    disable_nagle_algorithm = True

    def handle(self):
        self.server.connections += 1
        self.taken = 0
        self.say("220 mail.example.test ESMTP")
        while line := self.rfile.readline():
            verb, _space, rest = line.decode("ascii", "replace").strip().partition(" ")
            if verb.upper() == "QUIT":
                self.say("221 2.0.0 Bye")
                return
            if not self.answer(verb.upper(), rest):
                return

    def answer(self, verb, rest) -> bool:
        """Answer one command; say whether the session goes on."""
        if verb == "MAIL":
            if self.taken == self.server.per_connection:
                self.say("421 4.7.0 Too many messages in one session")
                return False
            self.say(self.server.answer_to_sender)
        elif verb == "RCPT":
            self.recipient = re.search("<(.*)>", rest)[1]
            self.say(self.server.answers.get(self.recipient, OK))
        elif verb == "DATA":
            self.say("354 Go on")
            self.take()
        else:
            self.say(OK)
        return True

    def take(self):
        lines = iter(self.rfile.readline, b".\r\n")
        received = Received(self.recipient, b"".join(lines), time.time())
        self.server.before_taking(received)
        self.server.received.append(received)
        self.taken += 1
        self.say(OK)

    def say(self, line):
        self.wfile.write(f"{line}\r\n".encode())
