"""Numbers of papers of others (delivery notes, invoices, notices): kept tidy, compared as meant."""

import unicodedata
from typing import TypeVar

from django.db.models import F, Func, Model, QuerySet, Value
from django.db.models.functions import Lower, Replace

M = TypeVar("M", bound=Model)


def paper_number(text: str) -> str:
    """As it is kept: full-width signs as plain ones, no invisible ones, single blanks."""
    plain = unicodedata.normalize("NFKC", text)
    seen = "".join(char for char in plain if unicodedata.category(char) != "Cf")
    return " ".join(seen.split())


def same_paper(text: str) -> str:
    """What two spellings of one number have in common: case and blanks mean nothing."""
    return paper_number(text).lower().replace(" ", "")


def of_paper(rows: QuerySet[M, M], name: str, text: str) -> QuerySet[M, M]:
    """Those rows whose number in the column `name` is the same paper, however it was typed."""
    plain = Func(F(name), template="normalize(%(expressions)s, NFKC)")
    found = Lower(Replace(plain, Value(" "), Value("")))
    named = rows.alias(same_paper=found)  # its type forgets whose rows they are
    return named.filter(same_paper=same_paper(text))  # type: ignore[return-value]
