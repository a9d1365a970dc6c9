"""Where received goods lie: on hold until a verdict, in quarantine, in the store."""

from decimal import Decimal

from django.utils.translation import gettext as _

from gendan.catalog.models import Item
from gendan.inventory.models import Location
from gendan.inventory.queries import put_away_for
from gendan.inventory.services import LocationRow, save_locations
from gendan.kernel.errors import Invalid
from gendan.kernel.models import User

Kind, Purpose = Location.Kind, Location.Purpose
_HOLD = LocationRow(
    code="INSPECTION", name_en="Waiting for inspection", name_zh="待检区", kind=Kind.QUALITY
)
_QUARANTINE = LocationRow(
    code="QUARANTINE",
    name_en="Quarantine",
    name_zh="不合格品区",
    kind=Kind.QUALITY,
    purpose=Purpose.QUARANTINE,
)


def hold_place(code: str, by: User | None) -> Location:
    """The place of this code, or where goods usually wait; made when first needed."""
    rows = Location.objects.filter(kind=Kind.QUALITY, is_active=True)
    rows = rows.exclude(purpose=Purpose.QUARANTINE)
    if code:
        found = rows.filter(code=code).first()
        if found is None:
            raise Invalid(
                _("%(place)s is no place where goods wait for a verdict.") % {"place": code[:40]},
                field="location",
            )
        return found
    return _leaf(rows, _HOLD, by)


def quarantine_place(by: User | None) -> Location:
    """Where rejected goods lie; made when first needed."""
    rows = Location.objects.filter(kind=Kind.QUALITY, purpose=Purpose.QUARANTINE, is_active=True)
    return _leaf(rows, _QUARANTINE, by)


def store_places(item: Item, quantity: Decimal, code: str) -> list[tuple[str, Decimal]]:
    """Into which bins of the store a quantity goes: the one named, else as the store suggests."""
    if code:
        found = Location.objects.filter(code=code, kind=Kind.STORE, is_active=True).first()
        if found is None:
            raise Invalid(
                _("%(place)s is no place in our stores.") % {"place": code[:40]}, field="location"
            )
        return [(found.code, quantity)]
    bins, left = put_away_for(item, quantity)
    if left > 0:
        raise Invalid(
            _("No bin takes all of %(item)s; say which place.") % {"item": item.code},
            field="location",
        )
    codes = dict(
        Location.objects.filter(pk__in=[one.place_id for one in bins]).values_list("pk", "code")
    )
    return [(codes[one.place_id], one.quantity) for one in bins]


def _leaf(rows: "object", row: LocationRow, by: User | None) -> Location:
    found = rows.filter(location__isnull=True).order_by("sequence", "pk").first()  # type: ignore[attr-defined]
    if found is not None:
        return found  # type: ignore[no-any-return]
    return save_locations(rows=[row], by=by)[0]
