"""Words of the facts about notices."""

from django import template

from gendan.notices.queries import names_of
from gendan.notices.words import title_of

register = template.Library()


@register.filter
def fact_title(fact: str) -> str:
    """A kind of fact in the reader's language."""
    return title_of(fact)


@register.filter
def people_names(ids: list[int]) -> str:
    """The names of these people: 1 query."""
    return names_of(ids)
