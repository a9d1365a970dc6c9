"""Takes a mail apart in a process of its own with limits: no stranger's mail can stop the worker.

`read_body` and `read_report` are those of bodies.py, asked of a child that knows neither the
database nor any secret. What takes it too much time or memory is refused like a mail that is nested
too deep, and parked.
"""

import json
import resource
import subprocess
import sys
import tempfile
from dataclasses import asdict
from typing import Any

from gendan.intake import sandbox
from gendan.mailroom import bodies
from gendan.mailroom.bodies import Body, Report, TooDeep

MOST_BYTES_IN_MEMORY = 1024 * 1024 * 1024
MOST_BYTES_WRITTEN = 64 * 1024 * 1024
MOST_CPU_SECONDS = 20
MOST_SECONDS = 60
_REFUSED = 3


def read_body(raw: bytes) -> Body:
    """The words and files of a mail; raises TooDeep."""
    if sandbox.are_files_our_own():
        return bodies.read_body(raw)
    head, rest = _asked("body", raw)
    files, start = [], 0
    for name, size in head["files"]:
        files.append((str(name), rest[start : start + size]))
        start += size
    return Body(str(head["text"]), bool(head["is_cut"]), files)


def read_report(raw: bytes) -> Report:
    """What a server says about the fate of a mail of ours; raises TooDeep."""
    if sandbox.are_files_our_own():
        return bodies.read_report(raw)
    head, _nothing = _asked("report", raw)
    head |= {"ids": tuple(head["ids"]), "recipients": tuple(head["recipients"])}
    return Report(**head)


def _asked(what: str, raw: bytes) -> tuple[dict[str, Any], bytes]:
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as answer:
        given.write(raw)
        given.seek(0)
        try:
            done = subprocess.run(  # noqa: S603 - our own module; the mail is its standard input
                [sys.executable, "-m", "gendan.mailroom.apart", what],
                stdin=given,
                stdout=answer,
                stderr=subprocess.DEVNULL,
                timeout=MOST_SECONDS,
                cwd=tempfile.gettempdir(),
                env=sandbox.bare_environment(),
                start_new_session=True,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise TooDeep from None
        if done.returncode != 0:
            raise TooDeep
        answer.seek(0)
        return json.loads(answer.readline()), answer.read()


def main(what: str) -> int:
    """The child: a mail on its standard input, a line of JSON and the files on its output."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES_IN_MEMORY, MOST_BYTES_IN_MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (MOST_BYTES_WRITTEN, MOST_BYTES_WRITTEN))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU_SECONDS, MOST_CPU_SECONDS + 1))
    raw = sys.stdin.buffer.read()
    try:
        if what == "report":
            head, files = asdict(bodies.read_report(raw)), []
        else:
            body = bodies.read_body(raw)
            files = [content for _name, content in body.files]
            head = {
                "text": body.text,
                "is_cut": body.is_cut,
                "files": [(name, len(content)) for name, content in body.files],
            }
    except (TooDeep, MemoryError, RecursionError):
        return _REFUSED
    # Half of a pair of UTF-16 cannot be written; JSON keeps it as an escape, which is no text.
    line = json.dumps(head, ensure_ascii=False).encode("utf-8", "replace")
    sys.stdout.buffer.writelines([line, b"\n", *files])
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
