"""Receivers of webhooks as they are in real life: well, failing, slow, silent, dripping. Real sockets."""

import contextlib
import http.server
import socket
import ssl
import subprocess
import threading
import time


class Receiver(http.server.ThreadingHTTPServer):
    """Answers each request with the next of ``answers``, and with the last one from then on.

    An answer is a status, ``(status, headers)`` or ``(status, headers, body)``, or a function that
    is given the request's handler. ``requests`` holds ``(headers, body)`` of what came.
    """

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, *answers, tls=None):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers, self.requests, self.ended = list(answers), [], threading.Event()
        self.received_at = []
        self.scheme = "https" if tls else "http"
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*tls)
            self.socket = context.wrap_socket(self.socket, server_side=True)
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def port(self):
        return self.server_address[1]

    @property
    def url(self):
        return f"{self.scheme}://127.0.0.1:{self.port}/hook?of=kip"

    def next_answer(self):
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def handle_error(self, request, client_address):
        """Senders that hang up are what these receivers are for."""

    def stop(self):
        self.ended.set()
        self.shutdown()
        self.server_close()


class _Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.requests.append((dict(self.headers), body))
        self.server.received_at.append(time.time())
        answer = self.server.next_answer()
        if callable(answer):
            answer(self)
            return
        status, headers, text = (answer, {}, b"") if isinstance(answer, int) else (*answer, b"")[:3]
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *args):
        """Keep the test's output to the tests."""


def silent(handler):
    """A black hole: takes the message and never answers."""
    handler.server.ended.wait(60)


def dripping_headers(handler):
    """Send a byte of an endless header ten times a second."""
    _drip(handler, b"HTTP/1.1 200 OK\r\nX-Slow: ")


def dripping_error(handler):
    """Answer 500 at once, and then a byte of its text ten times a second."""
    _drip(handler, b"HTTP/1.1 500 No\r\nContent-Length: 9999\r\n\r\n")


def endless_interim(handler):
    """Say “continue” for ever, which a client has to skip (RFC 9110 §15.2)."""
    with contextlib.suppress(OSError):
        while not handler.server.ended.is_set():
            handler.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")


def hang_up(handler):
    handler.connection.shutdown(socket.SHUT_RDWR)


def not_http(handler):
    handler.wfile.write(b"SSH-2.0-OpenSSH_9.2\r\n")


def speaks_http_2(handler):
    """Begin with a SETTINGS frame (RFC 9113 §6.5), most of which is zeros."""
    handler.wfile.write(b"\0\0\x12\x04\0\0\0\0\0\0\x03\0\0\0\x80")


def endless_error(handler):
    """An error whose text never ends, as fast as it can."""
    with contextlib.suppress(OSError):
        handler.wfile.write(b"HTTP/1.1 500 No\r\n\r\n")
        while not handler.server.ended.is_set():
            handler.wfile.write(b"x" * 65536)


def _drip(handler, beginning):
    with contextlib.suppress(OSError):
        handler.wfile.write(beginning)
        while not handler.server.ended.wait(0.1):
            handler.wfile.write(b"x")


@contextlib.contextmanager
def peer(talk):
    """Listen on the loopback and give each connection to ``talk(connection, ended)``; yields the port.

    For peers that never get as far as HTTP.
    """
    ended = threading.Event()

    def serve():
        with contextlib.suppress(OSError):  # closed, or hung up on
            connection, _address = listener.accept()
            with connection:
                talk(connection, ended)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            ended.set()
            thread.join()


def silent_peer(connection, ended):
    """Take the connection and say nothing: TLS never begins."""
    ended.wait(60)


def dripping_handshake(connection, ended):
    """Promise a long ServerHello (RFC 8446 §4.1.3) and send a byte of it ten times a second."""
    connection.sendall(b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc")
    while not ended.wait(0.1):
        connection.sendall(b"\0")


def closed_port():
    """Return a port of the loopback on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def certificate(directory, *names):
    """Make a self-signed certificate for ``names``; return the paths of it and of its key."""
    paths = str(directory / "cert.pem"), str(directory / "key.pem")
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    command += ["-subj", "/CN=receiver", "-out", paths[0], "-keyout", paths[1]]
    command += ["-addext", "subjectAltName=" + ",".join(names)]
    subprocess.run(command, check=True, capture_output=True)
    return paths
