"""The command `gendan read FILE [--pretty] [--boxes PNG]`: prints one JSON object."""

import argparse
import json
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path

from .document import read_document
from .errors import UnreadableFile
from .limits import MAX_FILE_BYTES
from .own_limits import in_a_child, limited
from .results import ReadingResult


def read_file(path: Path) -> bytes:
    """The file's bytes; refused with one sentence when it is missing or too large."""
    try:
        if not path.is_file():
            raise UnreadableFile("missing", f"There is no file {path.name!r}.")
        with path.open("rb") as stream:
            return stream.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        reason = error.strerror or "unknown reason"
        raise UnreadableFile("unopenable", f"{path.name!r} cannot be opened: {reason}.") from error


def _draw(result: ReadingResult, target: Path) -> None:
    """The pages with boxes as pictures; refused for files that are no paper."""
    from .boxes import write_boxes  # drawing is loaded only where it is asked for

    if not result.images:
        raise UnreadableFile("no_pages", "There are no pages of paper in the file to draw.")
    try:
        write_boxes(result, target)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else "unknown reason"
        raise UnreadableFile("unopenable", f"{target.name!r} cannot be written: {why}.") from error


def main(argv: Sequence[str] | None = None) -> int:
    """Read one file; 0 for every file that could be opened, 2 and one line on stderr otherwise."""
    parser = argparse.ArgumentParser(
        prog="gendan read", description="Read an order document and print what it says as JSON."
    )
    parser.add_argument("file", type=Path, help="e-mail, PDF, scan, sheet, DOCX, EDI, XML or text")
    parser.add_argument("--pretty", action="store_true", help="indent the JSON")
    parser.add_argument(
        "--boxes", type=Path, metavar="PNG",
        help="draw the pages with a box around every value read; more pages get -2, -3 …",
    )  # fmt: skip
    arguments = parser.parse_args(argv)
    warnings.simplefilter("ignore")  # libraries tell of damaged files in lines of their own
    code = in_a_child(lambda: _read_and_print(arguments))
    if code is None:
        sys.stderr.write("The file takes more memory or time to read than any order.\n")
    return 2 if code is None else code


def _read_and_print(arguments: argparse.Namespace) -> int:
    try:
        data = read_file(arguments.file)
        is_drawn = arguments.boxes is not None
        with limited():
            result = read_document(data, filename=arguments.file.name, with_images=is_drawn)
        if is_drawn:
            _draw(result, arguments.boxes)
    except UnreadableFile as refusal:
        sys.stderr.write(" ".join(refusal.message.split()) + "\n")
        return 2
    text = json.dumps(result.as_json(), ensure_ascii=False, indent=1 if arguments.pretty else None)
    # surrogates cannot be written: they come from broken encodings and are replaced
    sys.stdout.buffer.write(text.encode("utf-8", "replace") + b"\n")
    sys.stdout.buffer.flush()
    return 0
