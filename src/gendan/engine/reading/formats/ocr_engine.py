"""The recogniser of characters: finds text in a picture and reads crops of it, offline, quietly."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]
Quad = tuple[int, int, int, int]

_ROW_PX = 48
"""The height the recognition model reads."""

_WIDEST_PX = 2400
_WIDE = {
    "：": ":",
    "，": ",",
    "（": "(",
    "）": ")",
    "；": ";",
    "％": "%",
    "－": "-",
    "／": "/",
    "＃": "#",
}
"""The same marks as they are printed among Chinese characters: which of two is no question."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One character read: where (share of the crop's width), and how sure."""

    text: str
    at: float
    confidence: float


@dataclass(frozen=True, slots=True)
class Line:
    """The characters of one crop."""

    letters: tuple[Letter, ...]

    @property
    def text(self) -> str:
        """The characters together."""
        return "".join(letter.text for letter in self.letters)

    @property
    def confidence(self) -> float:
        """The least sure character decides; blanks do not count."""
        sure = [letter.confidence for letter in self.letters if not letter.text.isspace()]
        return min(sure, default=0.0)


class Engine:
    """The detection and the recognition model, loaded once per process."""

    def __init__(self) -> None:
        import rapidocr

        models = Path(rapidocr.__file__).parent / "models"
        # Explicit files: the library then neither looks for models nor downloads any.
        engine: Any = rapidocr.RapidOCR(
            params={
                "Global.log_level": "critical",
                "Global.use_cls": False,
                "Det.model_path": str(models / "PP-OCRv6_det_small.onnx"),
                "Det.limit_side_len": 32,
                "Rec.model_path": str(models / "PP-OCRv6_rec_small.onnx"),
                "EngineConfig.onnxruntime.intra_op_num_threads": 1,
                "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            }
        )
        logging.getLogger("RapidOCR").setLevel(logging.CRITICAL)
        self._finder: Any = engine._load_det_model()
        self._reader: Any = engine._load_rec_model()
        self._letters: list[str] = self._reader.postprocess_op.character
        index = {letter: number for number, letter in enumerate(self._letters)}
        self._twins = {
            index[a]: index[b]
            for pair in _WIDE.items()
            for a, b in (pair, pair[::-1])
            if a in index and b in index
        }

    def find(self, picture: Pixels) -> list[Quad]:
        """Upright boxes (left, top, right, bottom) around the text in a picture."""
        found = self._finder(_in_colour(picture)).boxes
        if found is None:
            return []
        boxes = []
        for quad in found:
            left, top = quad.min(axis=0)
            right, bottom = quad.max(axis=0)
            boxes.append((int(left), int(top), int(right), int(bottom)))
        return boxes

    def read(self, crops: Sequence[Pixels]) -> list[Line]:
        """What each crop says; one at a time, as padding to a common width costs more."""
        return [self._read(crop) for crop in crops]

    def _read(self, crop: Pixels) -> Line:
        height, width = crop.shape[:2]
        if height < 2 or width < 2:
            return Line(())
        wide = min(max(int(np.ceil(width * _ROW_PX / height)), 16), _WIDEST_PX)
        way = cv2.INTER_AREA if height > _ROW_PX else cv2.INTER_CUBIC
        row = cv2.resize(_in_colour(crop), (wide, _ROW_PX), interpolation=way)
        given = (row.astype(np.float32).transpose(2, 0, 1) / 127.5 - 1.0)[np.newaxis]
        return self._decode(self._reader.session(given)[0])

    def _decode(self, shares: npt.NDArray[np.float32]) -> Line:
        """Neighbouring frames with the same winner are one character."""
        winners = shares.argmax(axis=1)
        frames = len(winners)
        letters: list[Letter] = []
        start = 0
        for frame in range(1, frames + 1):
            if frame < frames and winners[frame] == winners[start]:
                continue
            if winners[start]:
                run = shares[start:frame]
                best = int(run[:, winners[start]].argmax())
                share = float(run[best, winners[start]])
                twin = self._twins.get(int(winners[start]))
                if twin is not None:
                    share = min(1.0, share + float(run[best, twin]))
                middle = (start + frame) / 2 / frames
                letters.append(Letter(self._letters[winners[start]], middle, share))
            start = frame
        return Line(tuple(letters))


def _in_colour(picture: Pixels) -> Pixels:
    if picture.ndim == 3:
        return picture
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR), dtype=np.uint8)


@lru_cache(maxsize=1)
def engine() -> Engine:
    """The process's one engine; loading takes a second."""
    cv2.setNumThreads(1)
    return Engine()
