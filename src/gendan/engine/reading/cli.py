"""The command `gendan read FILE [--pretty]`: prints one JSON object."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from .document import read_document
from .errors import UnreadableFile
from .limits import MAX_FILE_BYTES


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


def main(argv: Sequence[str] | None = None) -> int:
    """Read one file; 0 for every file that could be opened, 2 and one line on stderr otherwise."""
    parser = argparse.ArgumentParser(
        prog="gendan read", description="Read an order document and print what it says as JSON."
    )
    parser.add_argument("file", type=Path, help="e-mail, spreadsheet, CSV, XML or text file")
    parser.add_argument("--pretty", action="store_true", help="indent the JSON")
    arguments = parser.parse_args(argv)
    try:
        result = read_document(read_file(arguments.file), filename=arguments.file.name)
    except UnreadableFile as refusal:
        sys.stderr.write(" ".join(refusal.message.split()) + "\n")
        return 2
    text = json.dumps(result.as_json(), ensure_ascii=False, indent=1 if arguments.pretty else None)
    # surrogates cannot be written: they come from broken encodings and are replaced
    sys.stdout.buffer.write(text.encode("utf-8", "replace") + b"\n")
    sys.stdout.buffer.flush()
    return 0
