"""``make run``: migrate, seed the demo province where it is missing, serve, and say where.

A second run finds everything in place and loses nothing that was edited.
"""

import argparse
import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request

import django
from django.core.management import call_command

BASE_DOMAIN = "localhost"


def main():
    started = time.monotonic()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8000)
    port = parser.parse_args().port
    refuse_taken_port(port)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    os.environ.setdefault("WAGTAILADMIN_BASE_URL", f"http://portal.{BASE_DOMAIN}:{port}")
    os.environ.setdefault("ALERT_CHECK_ORIGIN", f"http://127.0.0.1:{port}")
    django.setup()
    say("· bringing the database up to date")
    call_command("migrate", verbosity=0)
    call_command("seed_demo", base_domain=BASE_DOMAIN, port=port)
    say("· starting the server and the workers")
    processes = [
        # As readers meet it, also where a page is missing or something is broken.
        manage("runserver", f"127.0.0.1:{port}", "--noreload", DEBUG="False"),
        manage("feed_worker"),
        *(
            manage("db_worker", f"--backend={name}", "--interval=0.5", "--no-reload", "-v0")
            for name in ("webhooks", "documents", "imports", "alerts", "mail", "pictures")
        ),
    ]
    try:
        wait_for_server(port, processes[0])
        tell(port, time.monotonic() - started)
        watch(processes)
    except KeyboardInterrupt:
        say("\n· stopping")
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=10)


def say(text):
    print(text, flush=True)  # noqa: T201 - this is a program for a terminal


def manage(*arguments, **environment):
    # In a session of its own, so that Ctrl-C reaches it once, through us.
    return subprocess.Popen(  # noqa: S603 - our own manage.py
        [sys.executable, "manage.py", *arguments],
        env=os.environ | environment,
        start_new_session=True,
    )


def refuse_taken_port(port):
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            sys.exit(f"Port {port} is in use; stop what serves there, or: make run PORT=8001")


def wait_for_server(port, server):
    while server.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5):
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.2)
    sys.exit("The server did not start; its message is above.")


def watch(processes):
    """Return when one of the processes ends, or on SIGTERM."""
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    while not stop.wait(0.5) and all(process.poll() is None for process in processes):
        pass


def tell(port, seconds):
    from kip_pages.demo.seed import DEMO_PASSWORD
    from opd_sites.models import Agency

    codes = [agency.code for agency in Agency.objects.active().in_order()]
    portal = f"http://portal.{BASE_DOMAIN}:{port}"
    say(
        f"\nReady after {seconds:.0f} s: a province of {len(codes)} agencies, all sample content.\n"
    )
    say(f"  Portal     {portal}")
    say(f"  Feed       {portal}/api/feed/v1/changes   (API: {portal}/api/feed/v1/docs)")
    say(f"  Agencies   http://<code>.{BASE_DOMAIN}:{port} with <code> one of")
    for start in range(0, len(codes), 7):
        say("               " + " ".join(codes[start : start + 7]))
    say(f"  Admin      {portal}/admin/")
    say(f"\n  Log-ins (password of all: {DEMO_PASSWORD})")
    say("    admin                superuser")
    say("    provinsi             province administrator")
    say("    piket                duty officer: announces for the whole province")
    say("    editor-<code>, penerbit-<code>, admin-<code>   within one agency, e.g. editor-dinkes")
    say("\n  Ctrl-C stops. What you edit is kept in var/; `make clean` starts afresh.\n")


if __name__ == "__main__":
    main()
