"""How scores of suppliers are written and drawn: figures with their units, the trend as a line."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from gendan.sourcing.scoring import PartScore, PeriodScore, SupplierScore

PART_WORDS: dict[str, Any] = {
    "quality": gettext_lazy("quality (ppm)"),
    "lots": gettext_lazy("lots accepted"),
    "confirmed": gettext_lazy("on time as confirmed"),
    "requested": gettext_lazy("on time as requested"),
    "price": gettext_lazy("price against market"),
    "response": gettext_lazy("response time"),
    "service": pgettext_lazy("score", "service"),
}
MEANING_OF_GRADE = {"A": "done", "B": "run", "C": "risk", "D": "late", "": "todo"}
WIDTH, HEIGHT = 120, 32


@dataclass(frozen=True)
class DrawnPart:
    """A part as it is shown."""

    part: PartScore
    words: Any
    figure: str
    score: str


@dataclass(frozen=True)
class DrawnScore:
    """A score as it is shown; `line` are the points of the trend's line, `spots` of lone months."""

    score: SupplierScore
    total: str
    grade: str
    meaning: str
    parts: list[DrawnPart]
    missing: str
    lines: list[str]
    spots: list[tuple[float, float, str]]


def drawn_score(score: SupplierScore) -> DrawnScore:
    """A score in words and points."""
    return DrawnScore(
        score=score,
        total="–" if score.total is None else f"{score.total:.0f}",
        grade=score.grade or _("no data"),
        meaning=MEANING_OF_GRADE[score.grade],
        parts=[
            DrawnPart(
                one,
                PART_WORDS[one.part],
                figure_words(one),
                _("no data") if one.score is None else f"{one.score:.0f}",
            )
            for one in score.parts
        ],
        missing=", ".join(str(PART_WORDS[part]) for part in score.missing),
        lines=trend_lines(score.months),
        spots=trend_spots(score.months),
    )


def figure_words(one: PartScore) -> str:
    """The figure behind a part's score, with its unit."""
    if one.figure is None:
        return "–"
    if one.part == "quality":
        return f"{one.figure:.0f} ppm"
    if one.part == "price":
        return f"{one.figure:+.1f} %"
    if one.part == "response":
        return _("%(hours)s h") % {"hours": f"{one.figure:.0f}"}
    if one.part == "service":
        return f"{one.figure:.0f}"
    return f"{one.figure:.0f} %"


def trend_spots(months: Sequence[PeriodScore]) -> list[tuple[float, float, str]]:
    """A point for each month with data: x, y and what it says."""
    step = WIDTH / max(len(months) - 1, 1)
    return [
        (
            round(place * step, 1),
            round(HEIGHT - one.total * HEIGHT / 100, 1),
            f"{one.month_on:%Y-%m}: {one.total:.0f}",
        )
        for place, one in enumerate(months)
        if one.total is not None
    ]


def trend_lines(months: Sequence[PeriodScore]) -> list[str]:
    """The line through the months with data, broken where there is none."""
    step = WIDTH / max(len(months) - 1, 1)
    lines: list[list[str]] = [[]]
    for place, one in enumerate(months):
        if one.total is None:
            lines.append([])
            continue
        lines[-1].append(f"{place * step:.1f},{HEIGHT - one.total * HEIGHT / 100:.1f}")
    return [" ".join(points) for points in lines if len(points) > 1]
