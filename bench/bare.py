"""The least a server can do: the stored rows of one page of the feed, joined to the same bytes.

What Django, the middleware, the routing and the checks of the feed cost is what it costs more.
"""

import json
import os
from urllib.parse import parse_qs

import psycopg2

LICENSE = json.loads(os.environ["BENCH_LICENSE"])
CONTENT_TYPE = "application/json"
PAGE = """
    SELECT uid, kind, state, pos, payload FROM kip_pages_feeditem
    WHERE pos > %s AND NOT moved ORDER BY pos LIMIT %s
"""

connection = psycopg2.connect(os.environ["DATABASE_URL"])
connection.autocommit = True


def application(environ, start_response):
    query = parse_qs(environ["QUERY_STRING"])
    limit = int(query["limit"][0])
    with connection.cursor() as cursor:
        cursor.execute("SELECT epoch, purged_pos FROM kip_pages_feedstate")
        epoch, _purged_pos = cursor.fetchone()
        cursor.execute(PAGE, [int(query.get("afterChangeNumber", ["0"])[0]), limit])
        rows = cursor.fetchall()
    following = (
        f"http://{environ['HTTP_HOST']}{environ['PATH_INFO']}"
        f"?afterChangeNumber={rows[-1][3]}&epoch={epoch}&limit={limit}"
    )
    items = ",".join(
        f'{{"state":"{state}","kind":"{kind}","id":"{uid}","modified":{pos},"data":{payload}}}'
        for uid, kind, state, pos, payload in rows
    )
    license = json.dumps(LICENSE)
    body = f'{{"items":[{items}],"license":{license},"next":{json.dumps(following)}}}'.encode()
    start_response("200 OK", [("Content-Type", CONTENT_TYPE), ("Content-Length", str(len(body)))])
    return [body]
