"""A PDF from a template of ours and data: typst inside this process, with fonts of a package.

Templates are the files *.typ beside this module. The data travel as JSON and are only ever shown
as text; a clause that reads `#read("/etc/passwd")` is printed just so. Same template, data and
moment: same bytes. No database, no lock, no network.

Typst keeps what it has laid out for ten documents, about 0.1 MB a line: long documents are drawn in
a process of their own (`python -m gendan.contracts.papers.render`), whose memory goes with it. So
is every document of a process that was forked from one that had drawn: typst's threads are not
carried over, and drawing there would wait for them for ever.
"""

import datetime as dt
import json
import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import typst
from pylopdf_fonts_zh_cn import sans_path

_HERE = Path(__file__).parent
# One document at a time in a process: two at once would only slow each other down, and take the
# memory twice.
_TURN = threading.Lock()
_drawn_in: list[int] = []  # the process that drew first, whose children must not
LARGEST_HERE = 100_000  # characters of data: about 200 lines
LONGEST_SECONDS = 120


class NotDrawable(ValueError):
    """The template could not be drawn with these data: an image that is none."""


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    """Only the fonts of the package: a paper looks the same on every machine."""
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(sans_path().parent)],
    )


@lru_cache(maxsize=8)
def _compiler(path: Path) -> typst.Compiler:
    return typst.Compiler(str(path), root=str(path.parent), font_paths=_fonts())


def render(
    template: str | Path,
    data: Mapping[str, Any],
    *,
    images: Mapping[str, bytes] | None = None,
    at: dt.datetime,
    form: Literal["pdf", "png"] = "pdf",
    ppi: int = 300,
) -> bytes:
    """The document as PDF (or one page as PNG). Raises NotDrawable when typst refuses.

    `template` is the name of a file beside this module, or the path of another of ours.
    """
    path = template if isinstance(template, Path) else _HERE / f"{template}.typ"
    inputs = {
        "data": json.dumps(data, ensure_ascii=False),
        "images": json.dumps({name: list(content) for name, content in (images or {}).items()}),
    }
    if len(inputs["data"]) > LARGEST_HERE or _drawn_in not in ([], [os.getpid()]):
        return _draw_apart(path, inputs, at, form=form, ppi=ppi)
    return _draw(path, inputs, at, form=form, ppi=ppi)


def _draw(
    path: Path,
    inputs: Mapping[str, str],
    at: dt.datetime,
    *,
    form: Literal["pdf", "png"] = "pdf",
    ppi: int = 300,
) -> bytes:
    try:
        with _TURN:
            _drawn_in[:] = [os.getpid()]
            made = _compiler(path).compile(
                format=form,
                sys_inputs=dict(inputs),
                timestamp=at.replace(microsecond=0),
                ppi=float(ppi),
            )
    except typst.TypstError as error:
        raise NotDrawable(str(error.message)) from error
    if not isinstance(made, bytes):
        raise NotDrawable("more than one page")
    return made


def _draw_apart(
    path: Path,
    inputs: Mapping[str, str],
    at: dt.datetime,
    *,
    form: Literal["pdf", "png"],
    ppi: int,
) -> bytes:
    task = json.dumps(
        {"path": str(path), "inputs": inputs, "at": at.isoformat(), "form": form, "ppi": ppi}
    )
    done = subprocess.run(  # noqa: S603 - our own module; the data come on standard input
        [sys.executable, "-m", __name__],
        input=task.encode(),
        capture_output=True,
        timeout=LONGEST_SECONDS,
        check=False,
    )
    if done.returncode != 0:
        raise NotDrawable(done.stderr.decode(errors="replace")[-2000:])
    return done.stdout


def main() -> None:
    """Draw the one document of standard input, for _draw_apart."""
    task = json.load(sys.stdin.buffer)
    at = dt.datetime.fromisoformat(task["at"])
    path, inputs = Path(task["path"]), task["inputs"]
    sys.stdout.buffer.write(_draw(path, inputs, at, form=task["form"], ppi=task["ppi"]))


if __name__ == "__main__":
    main()
