"""Work for the isolated processes of the tests: it must be importable by name."""

import os
import subprocess
import sys
import time
from pathlib import Path

from indexer.errors import ReadError
from indexer.readers import read_blocks
from indexer.readers.worker import PutOffError, may_put_off, tell_alive


def do(task: object) -> object:
    """The task itself, unless it asks for mischief."""
    match task:
        case "hang":
            time.sleep(300)
        case ("slowly", int(steps)):
            for _ in range(steps):
                time.sleep(0.25)
                tell_alive()
        case "die":
            os._exit(3)
        case "eat":
            return len(bytearray(4 << 30))
        case ("wait", str(path)):
            if may_put_off():
                raise PutOffError
            return Path(path).read_text(encoding="utf-8")
        case "never":
            raise PutOffError
        case "refuse":
            raise ReadError("Файл не читается.")
        case "fail":
            raise KeyError("внутренность")
        case "unpicklable":
            return lambda: None
        case ("once", str(path)) if not Path(path).exists():
            Path(path).touch()
            os._exit(3)
        case ("note", str(path)):
            Path(path).write_text(str(os.getpid()), encoding="utf-8")
            time.sleep(300)
        case ("start", str(path)):
            with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(300)"]) as child:
                Path(path).write_text(str(child.pid), encoding="utf-8")
                try:
                    time.sleep(300)
                finally:
                    child.kill()
    return task


def count_blocks(data: bytes) -> int:
    """How many blocks a document has."""
    return len(read_blocks(data, "отчёт"))
