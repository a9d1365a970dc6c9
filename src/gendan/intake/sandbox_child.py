"""The program that reads one file apart from everything else (started by sandbox.py).

It is given descriptors of the file and of a place for answers, limits itself, and from then on only
reads. What it says on standard output are lines: "page 3 12" (page 3 of 12 is being recognised) and
"answer" (the answer is written). Each line of JSON on standard input asks for another answer.
"""

import json
import os
import resource
import signal
import sys
from collections.abc import Mapping
from typing import Any

# Pictures of more pages than these, or of more bytes, are left out: the reading itself is not.
MOST_PICTURES = 60
MOST_PICTURE_BYTES = 32 * 1024 * 1024


class Reader:
    """One file, opened once and understood as often as hints come."""

    def __init__(
        self, content: bytes, filename: str, hints: Mapping[str, Any], *, with_images: bool
    ) -> None:
        from gendan.engine.reading import ReadingHints, UnreadableFile, open_document

        self.problem = ""
        self.pictures: tuple[Any, ...] = ()
        try:
            self.opened = open_document(
                content, filename=filename, hints=ReadingHints(**hints), with_images=with_images
            )
        except UnreadableFile as refusal:
            self.problem = refusal.code

    def answer(self, hints: Mapping[str, Any]) -> dict[str, Any]:
        """Documents and view as plain values; `pictures` afterwards holds what was drawn."""
        from gendan.engine.reading import ReadingHints, UnreadableFile

        if not self.problem:
            try:
                result = self.opened.understood(ReadingHints(**hints))
            except UnreadableFile as refusal:
                self.problem = refusal.code
        if self.problem:
            return {"documents": [], "view": [], "problem": self.problem}
        self.pictures = result.images
        documents: Any = result.as_json()["documents"]
        return {
            "documents": _keepable(documents),
            "view": _keepable(result.view_as_json()),
            "problem": "",
        }


def main(task_text: str) -> int:
    """Set the limits, then read and answer until nobody asks any more."""
    task = json.loads(task_text)
    limits = task["limits"]
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, limits["answer_bytes"])
    _limit(resource.RLIMIT_CPU, limits["cpu_seconds"])
    _limit(resource.RLIMIT_AS, limits["memory_bytes"], hard=limits["slow_memory_bytes"])
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # then writing raises OSError
    try:
        _work(task)
    except (MemoryError, RecursionError):
        return 3
    except OSError:
        return 4
    return 0


def _work(task: Mapping[str, Any]) -> None:
    from gendan.engine.reading.progress import told_to

    limits = task["limits"]
    begun = 0

    def on_page(page: int, pages: int) -> None:
        nonlocal begun
        begun += 1
        _make_room(limits, begun)
        _say(f"page {page} {pages}")

    with os.fdopen(task["given"], "rb") as given:
        content = given.read()
    hints = task["hints"]
    with told_to(on_page):
        reader = Reader(content, task["filename"], hints, with_images=True)
        _leave(task["answers"], reader.answer(hints), _bounded(reader.pictures))
        for line in sys.stdin:
            _leave(task["answers"], reader.answer(json.loads(line)), [])


def _say(word: str) -> None:
    sys.stdout.write(word + "\n")
    sys.stdout.flush()


def _leave(place: int, answer: dict[str, Any], pictures: list[Any]) -> None:
    """Write an answer in place of the one before, and say so."""
    answer["pictures"] = [
        {
            "page": one.page,
            "media_type": one.media_type,
            "width_px": one.width_px,
            "height_px": one.height_px,
            "size": len(one.data),
        }
        for one in pictures
    ]
    text = json.dumps(answer, ensure_ascii=False).encode("utf-8", "replace")
    os.lseek(place, 0, os.SEEK_SET)
    os.ftruncate(place, 0)
    for part in (text, b"\n", *(one.data for one in pictures)):
        view = memoryview(part)
        while view:
            view = view[os.write(place, view) :]
    _say("answer")


def _bounded(pictures: tuple[Any, ...]) -> list[Any]:
    kept, size = [], 0
    for one in pictures[:MOST_PICTURES]:
        size += len(one.data)
        if size > MOST_PICTURE_BYTES:
            break
        kept.append(one)
    return kept


def _make_room(limits: Mapping[str, int], begun: int) -> None:
    """Recognising characters takes more memory, and time for each page that is begun."""
    _limit(resource.RLIMIT_AS, limits["slow_memory_bytes"])
    more = min(limits["seconds_a_page"] * (begun + 1), limits["most_seconds"])
    _limit(resource.RLIMIT_CPU, limits["cpu_seconds"] + more)


def _keepable(value: Any) -> Any:
    """Without NUL characters, which the database cannot keep."""
    if isinstance(value, str):
        return value.replace("\x00", "")
    if isinstance(value, dict):
        return {_keepable(str(key)): _keepable(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_keepable(part) for part in value]
    return value


def _limit(kind: int, value: int, hard: int | None = None) -> None:
    """Set the limit; above it only up to `hard` (processor time: up to where it stood)."""
    _soft, most = resource.getrlimit(kind)
    ceiling = most if kind == resource.RLIMIT_CPU else (value if hard is None else hard)
    if most != resource.RLIM_INFINITY:
        value, ceiling = min(value, most), min(ceiling, most)
    resource.setrlimit(kind, (min(value, ceiling) if ceiling > 0 else value, ceiling))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
