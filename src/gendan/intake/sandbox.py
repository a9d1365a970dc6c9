"""Reads a file in a process of its own with limits, so that no file can harm the worker.

The parent (`read_apart`) starts this module as a program: hints on the command line's one argument,
the file on standard input, the answer as JSON in a temporary file. The child knows neither the
database nor any secret of the installation, and the system ends it when it takes too much memory,
time or disk. Other readers (PDF, OCR) slip in behind the same seam with other `Limits`.
"""

import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

SOURCE_DIR = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class Limits:
    """What one reading may take."""

    memory_bytes: int = 1024 * 1024 * 1024
    cpu_seconds: int = 60
    wall_seconds: int = 120
    answer_bytes: int = 64 * 1024 * 1024


@dataclass(frozen=True)
class Answer:
    """What came of a reading: documents and view, or the code of why there are none.

    Codes are those of the reader's UnreadableFile, and "too_much_memory", "too_slow", "too_long"
    (the answer itself) and "crashed" for what the limits ended.
    """

    documents: list[dict[str, Any]]
    view: list[dict[str, Any]]
    problem: str = ""


# Whether the files being read are made by this very program (the simulated world's mails).
_is_ours: ContextVar[bool] = ContextVar("is_ours", default=False)


@contextmanager
def files_of_our_own() -> Iterator[None]:
    """Inside the block files are read in this process: they are our own, processes cost time."""
    token = _is_ours.set(True)
    try:
        yield
    finally:
        _is_ours.reset(token)


def read_apart(
    file: IO[bytes], *, filename: str, hints: Mapping[str, Any], limits: Limits | None = None
) -> Answer:
    """Read an open file in a child process; never raises because of what the file holds."""
    if _is_ours.get():
        return _read(file.read(), filename, hints)
    limits = limits or Limits()
    task = json.dumps({"filename": filename, "hints": dict(hints), "limits": asdict(limits)})
    with tempfile.TemporaryFile() as answer, tempfile.TemporaryFile() as given:
        while chunk := file.read(1024 * 1024):
            given.write(chunk)
        given.seek(0)
        child = subprocess.Popen(  # noqa: S603 - our own module; the file comes on standard input
            [sys.executable, "-m", "gendan.intake.sandbox", task],
            stdin=given,
            stdout=answer,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            close_fds=True,
            cwd=tempfile.gettempdir(),
            env=_bare_environment(),
        )
        try:
            code = child.wait(timeout=limits.wall_seconds)
        except subprocess.TimeoutExpired:
            return Answer([], [], "too_slow")
        finally:
            _end(child)
        if code != 0:
            return Answer([], [], _problem_of(code))
        answer.seek(0)
        return Answer(**json.load(answer))


def _bare_environment() -> dict[str, str]:
    """No database address, no keys: only what Python needs to start."""
    kept = {
        key: os.environ[key] for key in ("PATH", "LANG", "LC_ALL", "TMPDIR") if key in os.environ
    }
    return kept | {
        "PYTHONPATH": str(SOURCE_DIR),
        "PYTHONDONTWRITEBYTECODE": "1",
        # Each thread of a numeric library reserves memory that the limit would count.
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
    }


def _end(child: subprocess.Popen[bytes]) -> None:
    if child.poll() is None:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def _problem_of(code: int) -> str:
    return {
        -signal.SIGXCPU: "too_slow",
        -signal.SIGKILL: "too_slow",
        -signal.SIGXFSZ: "too_long",
        -signal.SIGSEGV: "crashed",
        3: "too_much_memory",
        4: "too_long",
    }.get(code, "crashed")


def main(task_text: str) -> int:
    """The child: set the limits, read, write the answer."""
    task = json.loads(task_text)
    limits = Limits(**task["limits"])
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_CPU, limits.cpu_seconds)
    _limit(resource.RLIMIT_FSIZE, limits.answer_bytes)
    _limit(resource.RLIMIT_AS, limits.memory_bytes)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # then writing raises OSError
    try:
        answer = _read(sys.stdin.buffer.read(), task["filename"], task["hints"])
        text = json.dumps(asdict(answer), ensure_ascii=False)
        sys.stdout.buffer.write(text.encode("utf-8", "replace"))
        sys.stdout.buffer.flush()
    except (MemoryError, RecursionError):
        return 3
    except OSError:
        return 4
    return 0


def _read(content: bytes, filename: str, hints: Mapping[str, Any]) -> Answer:
    from gendan.engine.reading import ReadingHints, UnreadableFile, read_document

    try:
        result = read_document(content, filename=filename, hints=ReadingHints(**hints))
    except UnreadableFile as refusal:
        return Answer([], [], refusal.code)
    documents: Any = result.as_json()["documents"]
    return Answer(_keepable(documents), _keepable(result.view_as_json()))


def _keepable(value: Any) -> Any:
    """Without NUL characters, which the database cannot keep."""
    if isinstance(value, str):
        return value.replace("\x00", "")
    if isinstance(value, dict):
        return {_keepable(str(key)): _keepable(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_keepable(part) for part in value]
    return value


def _limit(kind: int, value: int) -> None:
    _soft, hard = resource.getrlimit(kind)
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    resource.setrlimit(kind, (value, hard if kind == resource.RLIMIT_CPU else value))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
