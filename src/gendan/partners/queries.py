"""Questions asked of the partners room by other rooms: how long goods travel, whose papers."""

from collections.abc import Iterable

from gendan.engine.transit import Transit
from gendan.partners.models import Contact, DeliveryMethod, Lane, Partner

# What a forwarder would say without knowing the country; a reason tells that it is assumed.
ASSUMED = {
    DeliveryMethod.SEA: Transit(3, 30, 5, is_known=False),
    DeliveryMethod.AIR: Transit(2, 4, 3, is_known=False),
    DeliveryMethod.EXPRESS: Transit(0, 5, 0, is_known=False),
    DeliveryMethod.RAIL: Transit(4, 20, 4, is_known=False),
    DeliveryMethod.ROAD: Transit(1, 3, 0, is_known=False),
    DeliveryMethod.PICKUP: Transit(0, 0, 0, is_known=False),
}


def transit_by(lane: Lane) -> Transit:
    """How long goods travel by a lane, and when it sails."""
    return Transit(
        lane.to_port_days,
        lane.transit_days,
        lane.to_door_days,
        cutoff_days=lane.cutoff_days,
        sails_on=tuple(lane.sails_on),
    )


def transits(ways: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Transit]:
    """How long goods travel by (method, country): one query; assumed where no lane is written."""
    wanted = set(ways)
    lanes = Lane.objects.filter(
        method__in={method for method, _country in wanted},
        country__in={country for _method, country in wanted},
    )
    known = {(lane.method, lane.country): transit_by(lane) for lane in lanes}
    return {way: known.get(way) or ASSUMED[DeliveryMethod(way[0])] for way in wanted}


def transit(method: str, country: str) -> Transit:
    """How long goods travel one way; for many, ask `transits` once."""
    return transits([(method, country)])[(method, country)]


def main_contacts(partner_ids: Iterable[int]) -> dict[int, Contact]:
    """The main contact of each company, or else its first: one query."""
    found: dict[int, Contact] = {}
    rows = Contact.objects.filter(partner_id__in=list(partner_ids)).order_by("-is_main", "pk")
    for contact in rows:
        found.setdefault(contact.partner_id, contact)
    return found


def by_codes(codes: Iterable[str]) -> dict[str, Partner]:
    """Companies by code: one query."""
    return {one.code: one for one in Partner.objects.filter(code__in=list(codes))}
