"""Looking up children of XML elements by local name, with the place each value is shown at."""

from collections.abc import Iterator, Mapping

from lxml import etree

from ..pages import Place
from ..text import clean


def local_name(element: etree._Element) -> str:
    """The element's name without its namespace."""
    tag = element.tag
    return tag.rsplit("}", 1)[-1] if isinstance(tag, str) else ""


class Places:
    """Values of elements together with their places in the view."""

    def __init__(self, places: Mapping[etree._Element, Place]) -> None:
        self._places = places

    def of(self, element: etree._Element | None) -> Place | None:
        """Where the element is shown."""
        return self._places.get(element) if element is not None else None


def children(element: etree._Element | None, name: str) -> Iterator[etree._Element]:
    """Direct children of that local name."""
    if element is not None:
        for child in element:
            if local_name(child) == name:
                yield child


def find(element: etree._Element | None, path: str) -> etree._Element | None:
    """The first element at a path of local names ("Party/PartyName/Name")."""
    here = [element] if element is not None else []
    for name in path.split("/"):
        here = [child for parent in here for child in children(parent, name)]
    return here[0] if here else None


def text_of(element: etree._Element | None) -> str | None:
    """The element's own text, cleaned; None when it is empty."""
    if element is None:
        return None
    text = " ".join(clean("".join(str(piece) for piece in element.itertext())).split())
    return text or None
