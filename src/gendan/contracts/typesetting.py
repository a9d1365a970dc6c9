"""Pages as PDF: a Typst source, the values it prints, and our own fonts for both languages.

Values travel as JSON beside the source, never inside it: what a customer typed is text, not markup.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pylopdf_fonts_zh_cn as chinese_fonts
import typst

SANS = "Noto Sans SC"


def typeset(source: str, data: dict[str, Any]) -> bytes:
    """The PDF of a source that reads `data` by `#let data = json(bytes(sys.inputs.data))`."""
    made = typst.compile(
        source.encode(),
        font_paths=_fonts(),
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        format="pdf",
    )
    if not isinstance(made, bytes):
        raise TypeError("one source gives one PDF")
    return made


@cache
def _fonts() -> Any:
    """Read once per process: the two fonts have 20 MB."""
    folder = Path(chinese_fonts.sans_path()).parent
    return typst.Fonts(include_system_fonts=False, font_paths=[str(folder)])
