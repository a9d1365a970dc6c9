"""All families of samples, and how one of them is made."""

import json
from collections.abc import Iterator
from pathlib import Path
from random import Random

from . import (
    family_cn,
    family_cn_forms,
    family_edi,
    family_mail,
    family_mixed,
    family_more,
    family_pdf,
    family_pdf_forms,
    family_scan,
    family_sheet,
    family_xml,
)
from .sample import Make, Sample

FAMILIES: dict[str, dict[str, Make]] = {
    "cn": family_cn.SAMPLES | family_cn_forms.SAMPLES,
    "csv": family_sheet.CSV,
    "cxml": family_xml.CXML,
    "docx": family_sheet.DOCX,
    "edifact": family_edi.EDIFACT,
    "mail": family_mail.SAMPLES,
    "pdf": family_pdf.SAMPLES | family_pdf_forms.SAMPLES,
    "scan": family_scan.SAMPLES,
    "text": family_sheet.TEXT,
    "ubl": family_xml.UBL,
    "x12": family_edi.X12,
    "xls": family_sheet.XLS,
    "xlsx": family_sheet.XLSX,
}

for _family, _more in [*family_more.BY_FAMILY.items(), *family_mixed.BY_FAMILY.items()]:
    FAMILIES[_family] |= _more


def make(family: str, name: str, seed: int) -> Sample:
    """One sample; the same seed gives the same bytes."""
    return FAMILIES[family][name](Random(f"{seed}/{family}/{name}"))


def write_all(
    into: Path, seed: int, families: list[str] | None = None
) -> Iterator[tuple[Path, Path]]:
    """Write FAMILY/NAME.* and its answer below a folder; gives (file, answer)."""
    for family in families or list(FAMILIES):
        folder = into / family
        folder.mkdir(parents=True, exist_ok=True)
        for name in FAMILIES[family]:
            sample = make(family, name, seed)
            source, answer = folder / f"{name}.{sample.suffix}", folder / f"{name}.expected.json"
            source.write_bytes(sample.data)
            text = json.dumps(sample.answer, ensure_ascii=False, indent=1) + "\n"
            answer.write_text(text, encoding="utf-8")
            yield source, answer
