"""Steady traffic from wrk: some readers who ask for the home pages of all hosts in turn."""

import json
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

READERS = 8
SCRIPT = """
local hosts, turn = {%s}, 0
request = function()
    turn = turn %% #hosts + 1
    return wrk.format("GET", "/", {["Host"] = hosts[turn]})
end
done = function(summary, latency)
    local wrong = summary.errors
    io.write(string.format(
        '\\n{"answers": %%d, "seconds": %%f, "broken": %%d, "refused": %%d, "slow": %%d, "p99": %%f}\\n',
        summary.requests, summary.duration / 1e6,
        wrong.connect + wrong.read + wrong.write, wrong.status, wrong.timeout,
        latency:percentile(99) / 1e3))
end
"""


class Load:
    """wrk at work for ``seconds``; ``result`` waits for its end.

    ``broken`` connections, ``refused`` answers (no 2xx or 3xx) and ``slow`` ones are errors.
    """

    def __init__(self, port: int, hosts: Sequence[str], *, seconds: int):
        program = shutil.which("wrk")
        if program is None:
            raise RuntimeError("Install wrk (Debian: apt install wrk).")
        with tempfile.NamedTemporaryFile("w", suffix=".lua", delete=False) as script:
            script.write(SCRIPT % ", ".join(f'"{host}"' for host in hosts))
        self.script = Path(script.name)
        command = [program, "-t1", f"-c{READERS}", f"-d{seconds}s", "--timeout", "5s"]
        command += ["-s", script.name]
        self.process = subprocess.Popen(
            [*command, f"http://127.0.0.1:{port}"], stdout=subprocess.PIPE, text=True
        )

    def result(self) -> dict:
        """Return answers a second, errors, and the milliseconds of the slowest hundredth."""
        output, _errors = self.process.communicate()
        self.script.unlink()
        found = json.loads(output.splitlines()[-1])
        errors = {name: found[name] for name in ("broken", "refused", "slow")}
        return found | {"rate": found["answers"] / found["seconds"], "errors": errors}
