"""``python -m portal mirror | verify | serve | check``"""

import argparse
import logging
import os
import sys
import threading
from contextlib import closing
from pathlib import Path

from . import check, verify
from .addresses import api_root
from .client import Client, FeedError
from .mirror import PAGE_SIZE, Mirror, follow
from .store import OtherFeedError, Store
from .web import PortalServer
from .webhook import Receiver

# What a shell is told: all is well; something differs or a promise is broken; it cannot be told.
GOOD, BAD, UNKNOWN = 0, 1, 2


def main(arguments=None) -> int:
    options = parser().parse_args(arguments)
    logging.basicConfig(
        level=logging.INFO if options.verbose else logging.WARNING,
        format="%(asctime)s %(levelname)s %(message)s",
        stream=sys.stderr,
    )
    try:
        return options.run(options)
    except (FeedError, OtherFeedError, verify.CannotTellError, ValueError) as error:
        print(f"{options.command}: {error}", file=sys.stderr)
        return UNKNOWN
    except KeyboardInterrupt:
        return 130


def run_mirror(options):
    with closing(Store(options.database)) as store:
        mirror = _mirror(store, options, attempts=None if options.follow else 5)
        if options.anew:
            mirror.begin_anew()
        if options.follow:
            follow(mirror, every=options.every, wake=threading.Event())
        mirror.catch_up()
        print(f"Up to date: {sum(1 for _item in store.items())} items.")
    return GOOD


def run_verify(options):
    with closing(Store(options.database)) as store:
        mirror = _mirror(store, options)
        rows = verify.compare(mirror, mirror.client)
    differing = [row for row in rows if not row.same]
    if differing:
        print(verify.table(differing))
        print(f"{len(differing)} of {len(rows)} agencies and kinds differ.")
        return BAD
    count = sum(row.feed[0] for row in rows)
    print(f"The mirror equals the feed: {count} items, {len(rows)} agencies and kinds.")
    return GOOD


def run_serve(options):
    wake = threading.Event()
    receiver = Receiver(
        options.webhook_secret or os.environ.get("PORTAL_WEBHOOK_SECRETS", "").split()
    )
    with closing(Store(options.database)) as store:
        mirror = _mirror(store, options, attempts=None)
        server = PortalServer(
            (options.host, options.port), database=options.database, receiver=receiver, wake=wake
        )
        threading.Thread(target=server.serve_forever, daemon=True).start()
        print(f"Serving http://{options.host}:{server.server_port}/", flush=True)
        # Here and not beside: a mirror that nobody brings up to date must not go on being served.
        follow(mirror, every=options.every, wake=wake)


def run_check(options):
    client = Client(options.url, token=options.token, attempts=3)
    kept = check.run(api_root(options.url), client, pause=options.pause, only=options.only)
    return GOOD if kept else BAD


def _mirror(store, options, attempts=5):
    """Return the mirror of the address that was given, or of the one the store remembers."""
    address = options.url or store.start
    if address is None:
        raise ValueError("this database mirrors nothing yet: give the address of the installation")
    root = api_root(address)
    mirror = Mirror(store, Client(root, token=options.token, attempts=attempts))
    filters = {name: getattr(options, name, "") for name in ("agency", "kind", "locale")}
    if store.start is None or any(filters.values()):
        mirror.begin(root, page_size=getattr(options, "page_size", PAGE_SIZE), **filters)
    elif api_root(store.start) != root:
        raise OtherFeedError(f"this database mirrors {store.start}, not {root}")
    return mirror


def parser():
    parser = argparse.ArgumentParser(prog="python -m portal", description="A sample portal.")
    parser.add_argument("-v", "--verbose", action="store_true", help="say what is being done")
    commands = parser.add_subparsers(dest="command", required=True)

    mirror = _command(commands, "mirror", run_mirror, "copy the feed into the database, or go on")
    mirror.add_argument(
        "url", nargs="?", help="the installation, e.g. https://portal.example.go.id"
    )
    for name in ("agency", "kind", "locale"):
        mirror.add_argument(f"--{name}", default="", help=f"mirror only this {name}")
    mirror.add_argument("--follow", action="store_true", help="keep up until stopped")
    mirror.add_argument("--anew", action="store_true", help="walk the whole feed again")
    mirror.add_argument("--page-size", type=int, default=PAGE_SIZE, help="changes per page (500)")
    _add_common(mirror, every=5)

    verifying = _command(
        commands, "verify", run_verify, "compare the mirror with the feed's digest"
    )
    verifying.add_argument("url", nargs="?", help="the installation (default: the mirror's own)")
    _add_common(verifying)

    serve = _command(
        commands, "serve", run_serve, "serve pages from the mirror, and follow the feed"
    )
    serve.add_argument("url", nargs="?", help="the installation (default: the mirror's own)")
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    serve.add_argument("--port", type=int, default=8080, help="port to listen on (8080; 0: any)")
    serve.add_argument(
        "--webhook-secret",
        action="append",
        help="whsec_…; again for a second one while it is being changed"
        " (default: PORTAL_WEBHOOK_SECRETS, separated by blanks)",
    )
    _add_common(serve, every=30)

    checking = _command(commands, "check", run_check, "check every promise of an installation")
    checking.add_argument("url", help="the installation, e.g. https://portal.example.go.id")
    checking.add_argument("--only", default="", help="only promises that contain these words")
    checking.add_argument(
        "--pause", type=float, default=3, help="seconds before what looks wrong is read again (3)"
    )
    _add_token(checking)
    return parser


def _command(commands, name, run, help):
    command = commands.add_parser(name, help=help, description=f"{help.capitalize()}.")
    command.set_defaults(run=run)
    return command


def _add_common(command, every=None):
    command.add_argument("--database", type=Path, default="mirror.sqlite3", help="(mirror.sqlite3)")
    if every:
        command.add_argument(
            "--every", type=float, default=every, help=f"seconds between looks ({every})"
        )
    _add_token(command)


def _add_token(command):
    command.add_argument(
        "--token",
        default=os.environ.get("PORTAL_TOKEN", ""),
        help="the consumer's token, if it has one (default: PORTAL_TOKEN)",
    )


if __name__ == "__main__":
    sys.exit(main())
