"""The least a server can do for a page: the bytes of an answer that it has, sent."""

import json
import os
from pathlib import Path

BODY = Path(os.environ["BENCH_BODY"]).read_bytes()
HEADERS = [tuple(header) for header in json.loads(os.environ["BENCH_HEADERS"])]


def application(environ, start_response):
    start_response("200 OK", HEADERS)
    return [BODY]
