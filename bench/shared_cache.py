"""An nginx on the loopback that keeps answers as long as they allow, as a province's edge does."""

import contextlib
import shutil
import subprocess
import tempfile
from pathlib import Path

from .serving import free_port, wait_for

CONFIGURATION = """
daemon off;
master_process off;
pid {directory}/pid;
error_log {directory}/errors;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    client_body_temp_path {directory}/body;
    proxy_temp_path {directory}/proxy;
    proxy_cache_path {directory}/cache keys_zone=pages:10m;
    upstream origin {{ server 127.0.0.1:{origin}; keepalive 8; }}
    server {{
        listen 127.0.0.1:{port};
        location / {{
            proxy_pass http://origin;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_set_header Host $host;
            proxy_cache pages;
            proxy_cache_key $host$request_uri;
            proxy_cache_lock on;
        }}
    }}
}}
"""


@contextlib.contextmanager
def caching(origin: int):
    """Keep what the server on port ``origin`` answers; yields the port to ask."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if program is None:
        raise RuntimeError("Install nginx (Debian: apt install nginx-light).")
    with tempfile.TemporaryDirectory(prefix="kip-nginx-") as directory:
        port = free_port()
        file = Path(directory) / "nginx.conf"
        file.write_text(CONFIGURATION.format(directory=directory, origin=origin, port=port))
        options = ["-p", directory, "-c", str(file), "-e", f"{directory}/errors"]
        process = subprocess.Popen([program, *options])
        try:
            wait_for(port, process)
            yield port
        finally:
            process.terminate()
            process.wait()
