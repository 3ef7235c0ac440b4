"""The page's script outside any page: what works on numbers alone."""

import json
import shutil
import subprocess
from typing import Any

from convcli.render.page.assembly import script

NUMBERS = ("exact", "arithmetic", "show", "relation", "operation")
"""The parts of the script that know of no page."""

NODE = shutil.which("node")


def computed(code: str, data: object) -> Any:
    """The value of an expression that may use the script and `data`."""
    program = f"{script(NUMBERS)}\nconst data = JSON.parse(require('fs').readFileSync(0, 'utf8'));\n"
    program += f"process.stdout.write(JSON.stringify({code}));"
    assert NODE is not None
    done = subprocess.run([NODE, "-e", program], input=json.dumps(data), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
