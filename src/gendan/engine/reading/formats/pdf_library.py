"""Opens PDFs with a Chinese font at hand, for files that name one without carrying it."""

import ctypes
from functools import lru_cache

import pypdfium2
import pypdfium2.raw as pdfium
from pylopdf_fonts_zh_cn import sans_path
from pypdfium2.internal import bases

from ..errors import UnreadableFile

_kept: list[object] = []


@lru_cache(maxsize=1)
def _add_fonts() -> None:
    """Start the library again with our fonts; it takes font folders only when it starts."""
    if any(bases.ObjectTracker.values()):
        return  # somebody has a document open, which starting again would pull away
    folder = ctypes.create_string_buffer(str(sans_path().parent).encode())
    folders = (ctypes.POINTER(ctypes.c_char) * 2)()
    folders[0] = ctypes.cast(folder, ctypes.POINTER(ctypes.c_char))
    _kept.extend((folder, folders))
    pdfium.FPDF_DestroyLibrary()
    pdfium.FPDF_InitLibraryWithConfig(
        pdfium.FPDF_LIBRARY_CONFIG(
            version=2, m_pUserFontPaths=folders, m_pIsolate=None, m_v8EmbedderSlot=0
        )
    )


def open_pdf(data: bytes) -> pypdfium2.PdfDocument:
    """The document, its form fields made ready; refused when it is protected or damaged."""
    _add_fonts()
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        reason = str(error).lower()
        if "password" in reason or "security" in reason:
            raise UnreadableFile("encrypted", "The PDF is protected by a password.") from error
        raise UnreadableFile("damaged", "The PDF is damaged or cut off.") from error
    if len(document) < 1:
        document.close()
        raise UnreadableFile("damaged", "The PDF holds no pages.")
    document.init_forms()
    return document
