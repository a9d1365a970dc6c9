"""Reads a file in a process of its own with limits, so that no file can harm the worker.

The parent (`read_apart`) starts `gendan.intake.sandbox_child`: the file is a descriptor, hints
are asked for on its standard input, it says on its standard output which page it is at, and leaves
answers in a temporary file. The child knows neither the database nor any secret of the
installation, and the system ends it when it takes too much memory, time or disk. The file is opened
once; with hints it is only understood anew, so that nothing is recognised twice.
"""

import contextlib
import json
import os
import re
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

SOURCE_DIR = Path(__file__).resolve().parent.parent.parent
MEGABYTE = 1024 * 1024
LONGEST_WORD = 4096  # of what the child says on its standard output
LAST_WORDS = 2000  # of what libraries print before they give up
# What they print when no memory is left, at the beginning of a line.
_NO_MEMORY = re.compile(
    rb"^(?:terminate called after throwing an instance of 'std::bad_alloc'"
    rb"|libc\+\+abi: terminating [^\n]{0,80}std::bad_alloc"
    rb"|memory allocation of \d+ bytes failed"
    rb"|MemoryError\b"
    rb"|ImportError: [^\n]{0,500}failed to map segment from shared object)",
    re.MULTILINE,
)
IS_SLOW = "is_slow"  # the code when characters would have to be recognised and nobody wanted that


@dataclass(frozen=True)
class Limits:
    """What one reading may take; the second half holds once characters are being recognised.

    memory_bytes is address space, not memory in use: recognising maps its models into it.
    """

    memory_bytes: int = 1024 * MEGABYTE
    cpu_seconds: int = 60
    wall_seconds: int = 120
    answer_bytes: int = 64 * MEGABYTE
    slow_memory_bytes: int = 2560 * MEGABYTE
    seconds_a_page: int = 40
    most_seconds: int = 1800


@dataclass(frozen=True)
class Picture:
    """A page as a picture."""

    page: int
    media_type: str
    width_px: int
    height_px: int
    data: bytes


@dataclass(frozen=True)
class Answer:
    """What came of a reading: documents and view, or the code of why there are none.

    Codes are those of the reader's UnreadableFile, and "too_much_memory", "too_slow", "too_long"
    (the answer itself) and "crashed" for what the limits ended.
    """

    documents: list[dict[str, Any]]
    view: list[dict[str, Any]]
    problem: str = ""
    pictures: tuple[Picture, ...] = ()


Hints = Mapping[str, Any]
HintsAfter = Callable[[Answer], Hints]
OnPage = Callable[[int, int], None]

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


def are_files_our_own() -> bool:
    """Whether what is read just now was made by this very program."""
    return _is_ours.get()


def read_apart(
    file: IO[bytes],
    *,
    filename: str,
    hints: Hints | None = None,
    hints_after: HintsAfter | None = None,
    on_page: OnPage | None = None,
    is_slow_allowed: bool = True,
    limits: Limits | None = None,
) -> Answer:
    """Read an open file in a child process; never raises because of what the file holds.

    `hints_after(answer)` may give hints for understanding it once more. `on_page(page, pages)` is
    told which page is being recognised; unless `is_slow_allowed` that ends the reading (IS_SLOW).
    """
    if are_files_our_own():
        return _read_here(file.read(), filename, hints or {}, hints_after)
    limits = limits or Limits()
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as answers:
        while chunk := file.read(MEGABYTE):
            given.write(chunk)
        given.flush()
        given.seek(0)
        task = {
            "filename": filename,
            "hints": dict(hints or {}),
            "limits": asdict(limits),
            "given": given.fileno(),
            "answers": answers.fileno(),
        }
        with _Child(task, limits, on_page, is_slow_allowed) as child:
            answer = child.next_answer(answers)
            if answer.problem or hints_after is None:
                return answer
            more = hints_after(answer)
            if not more:
                return answer
            second = child.next_answer(answers, ask=dict(more))
            if second.problem:
                return answer
            return Answer(second.documents, second.view, pictures=answer.pictures)


def _read_here(
    content: bytes, filename: str, hints: Hints, hints_after: HintsAfter | None
) -> Answer:
    """Our own files: the same two steps in this process, without pictures."""
    from gendan.intake.sandbox_child import Reader

    reader = Reader(content, filename, hints, with_images=False)
    answer = _answer_of(reader.answer(hints))
    more = hints_after(answer) if hints_after is not None and not answer.problem else None
    return _answer_of(reader.answer(more)) if more else answer


def _answer_of(data: Mapping[str, Any], pictures: tuple[Picture, ...] = ()) -> Answer:
    return Answer(data["documents"], data["view"], data["problem"], pictures)


class _Child:
    """The reading process, from its start until it is ended."""

    def __init__(
        self,
        task: Mapping[str, Any],
        limits: Limits,
        on_page: OnPage | None,
        is_slow_allowed: bool,
    ) -> None:
        self.limits = limits
        self.on_page = on_page
        self.is_slow_allowed = is_slow_allowed
        self.deadline = time.monotonic() + limits.wall_seconds
        self.began = time.monotonic()
        self.heard = b""
        self.begun = 0  # pages whose characters are recognised
        self.words = tempfile.TemporaryFile()  # noqa: SIM115 - closed when the child is ended
        self.process = subprocess.Popen(  # noqa: S603 - our own module; the file is a descriptor
            [sys.executable, "-m", "gendan.intake.sandbox_child", json.dumps(task)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.words,
            pass_fds=(task["given"], task["answers"]),
            start_new_session=True,
            cwd=tempfile.gettempdir(),
            env=bare_environment(),
        )

    def __enter__(self) -> "_Child":
        return self

    def __exit__(self, *_ignored: object) -> None:
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.words.close()

    def next_answer(self, answers: IO[bytes], ask: Hints | None = None) -> Answer:
        """Wait for the next answer; with `ask` it is understood anew with these hints."""
        if ask is not None:
            assert self.process.stdin is not None  # noqa: S101 - it was opened as a pipe
            try:
                self.process.stdin.write(json.dumps(ask).encode() + b"\n")
                self.process.stdin.flush()
            except OSError:
                return Answer([], [], "crashed")
        for word in self._words():
            kind, _blank, rest = word.partition(" ")
            if kind == "answer":
                return _read_answer(answers)
            if kind == "page" and not self._is_page_welcome(rest):
                return Answer([], [], IS_SLOW)
        if time.monotonic() >= self.deadline:
            return Answer([], [], "too_slow")
        return Answer([], [], _problem_of(self.process.wait(), self._last_words()))

    def _last_words(self) -> bytes:
        """What the child's libraries printed last; nobody else gets to see it."""
        size = self.words.seek(0, os.SEEK_END)
        self.words.seek(max(0, size - LAST_WORDS))
        return self.words.read()

    def _is_page_welcome(self, rest: str) -> bool:
        if not self.is_slow_allowed:
            return False
        page, _blank, pages = rest.partition(" ")
        if not (page.isdigit() and pages.isdigit()):
            return True
        self.begun += 1
        more = min(self.limits.seconds_a_page * (self.begun + 1), self.limits.most_seconds)
        self.deadline = max(self.deadline, self.began + self.limits.wall_seconds + more)
        if self.on_page is not None:
            self.on_page(int(page), int(pages))
        return True

    def _words(self) -> Iterator[str]:
        """The lines the child says, until it ends, time is up or it talks nonsense."""
        assert self.process.stdout is not None  # noqa: S101 - it was opened as a pipe
        with selectors.DefaultSelector() as waiting:
            waiting.register(self.process.stdout, selectors.EVENT_READ)
            while True:
                line, found, rest = self.heard.partition(b"\n")
                if found:
                    self.heard = rest
                    yield line.decode("ascii", "replace")
                    continue
                left = self.deadline - time.monotonic()
                if left <= 0 or not waiting.select(timeout=left):
                    return
                chunk = os.read(self.process.stdout.fileno(), LONGEST_WORD)
                if not chunk or len(self.heard) > LONGEST_WORD:
                    return
                self.heard += chunk


def _read_answer(answers: IO[bytes]) -> Answer:
    """The answer the child has left: a line of JSON, then the pictures one after another."""
    answers.seek(0)
    try:
        data = json.loads(answers.readline())
        pictures = tuple(
            Picture(
                int(one["page"]),
                str(one["media_type"]),
                int(one["width_px"]),
                int(one["height_px"]),
                answers.read(int(one["size"])),
            )
            for one in data.get("pictures", ())
        )
        return _answer_of(data, pictures)
    except (ValueError, KeyError, TypeError, RecursionError):
        return Answer([], [], "crashed")


def bare_environment() -> dict[str, str]:
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


def _problem_of(code: int, words: bytes) -> str:
    # PDFium aborts without a word when no memory is left; everybody else says why they abort.
    is_silent_end = code == -signal.SIGABRT and not words.strip()
    if is_silent_end or (code in {1, -signal.SIGABRT} and _NO_MEMORY.search(words)):
        return "too_much_memory"
    return {
        -signal.SIGXCPU: "too_slow",
        -signal.SIGKILL: "too_slow",
        -signal.SIGXFSZ: "too_long",
        -signal.SIGSEGV: "crashed",
        3: "too_much_memory",
        4: "too_long",
    }.get(code, "crashed")
