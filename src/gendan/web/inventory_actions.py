"""Pages on which goods are moved, expected, received, given up and moved back."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.inventory import services
from gendan.inventory.models import Location
from gendan.kernel.errors import DomainError, Invalid
from gendan.kernel.quantity import read_decimal
from gendan.web.forms import PageForm
from gendan.web.lists import parse_day
from gendan.web.records import save_one
from gendan.web.shell import ask, is_htmx, page, render_page

TABS = (
    ("stock", gettext_lazy("Stock")),
    ("expected", gettext_lazy("Expected goods")),
    ("receive_goods", gettext_lazy("Receive")),
    ("goods_receipts", gettext_lazy("Receipts")),
    ("put_away", gettext_lazy("Put away")),
    ("picking", gettext_lazy("Pick")),
    ("moves", gettext_lazy("Moves")),
    ("counts", gettext_lazy("Counts")),
    ("stock_policies", gettext_lazy("Limits")),
    ("claims", gettext_lazy("Claims")),
    ("stock_values", gettext_lazy("Value")),
    ("past_stock", gettext_lazy("The past")),
    ("lots", gettext_lazy("Lots")),
    ("locations", gettext_lazy("Locations")),
)


class GoodsForm(PageForm):
    """What every form about goods asks: the item, how much of it."""

    item = forms.CharField(
        label=gettext_lazy("Item (code)"),
        max_length=40,
        widget=forms.TextInput(attrs={"data-suggest": "items", "autocomplete": "off"}),
    )
    quantity = forms.CharField(
        label=gettext_lazy("Quantity"),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    unit = forms.CharField(
        label=gettext_lazy("Unit, if not its own"), max_length=40, required=False
    )

    def __init__(self, user: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Location.objects.visible_to(user).filter(is_active=True).order_by("code")
        places = [("", "–"), *((one.code, str(one)) for one in rows)]
        for name in ("source", "target", "location"):
            if name in self.fields:
                self.fields[name].widget = forms.Select(
                    choices=places, attrs={"class": "form-select"}
                )

    def row(self) -> dict[str, Any]:
        """The typed values as the verbs take them."""
        values = {name: value for name, value in self.cleaned_data.items() if value is not None}
        values["quantity"] = read_decimal(values["quantity"], field="quantity")
        return values


class MoveForm(GoodsForm):
    """A quantity from one place to another."""

    source = forms.CharField(label=gettext_lazy("From"), max_length=40)
    target = forms.CharField(label=gettext_lazy("To"), max_length=40)
    lot = forms.CharField(label=gettext_lazy("Lot or serial number"), max_length=60, required=False)
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("Needed where goods come from or leave to outside our places."),
        max_length=200,
        required=False,
    )


class OpeningForm(GoodsForm):
    """What lies in a place on the first day."""

    location = forms.CharField(label=gettext_lazy("Location"), max_length=40)
    lot = forms.CharField(label=gettext_lazy("Lot or serial number"), max_length=60, required=False)
    made_on = forms.DateField(label=gettext_lazy("Made"), required=False)
    expires_on = forms.DateField(label=gettext_lazy("Expires"), required=False)


class ExpectedForm(GoodsForm):
    """Goods that somebody has said will arrive on a day."""

    due_on = forms.DateField(label=gettext_lazy("Due"))
    reference = forms.CharField(
        label=gettext_lazy("Reference (purchase order, work order …)"),
        max_length=80,
        required=False,
    )
    apart = forms.BooleanField(
        label=gettext_lazy("A further delivery of the reference"),
        help_text=gettext_lazy(
            "Else the same item and reference changes what is expected already."
        ),
        required=False,
    )


def _named(request: HttpRequest) -> dict[str, Any]:
    """What the address says already: of which item, with which reference."""
    return {name: request.GET.get(name) for name in ("item", "reference")}


def _goods_page(
    request: HttpRequest,
    form: GoodsForm,
    verb: Any,
    row: Any,
    *,
    name: str = "",
    then: str,
    said: str,
    words: str,
    back: str,
) -> HttpResponse:
    def draw(error: DomainError | None = None) -> HttpResponse:
        if error is not None:
            form.refuse(error)
        context = {
            "form": form,
            "verb": name or verb.__name__,
            "words": words,
            "back": reverse(back),
        }
        return render_page(request, "inventory/goods.html", context)

    if request.method != "POST":
        return draw()
    if not form.is_valid():
        if not is_htmx(request):
            return draw()
        name, errors = next(iter(form.errors.items()))
        raise Invalid(" ".join(map(str, errors)), field=str(name))
    try:
        values = form.row()
    except DomainError as error:
        if is_htmx(request):
            raise
        return draw(error)
    return ask(request, save_one(verb, row(**values)), then=then, said=said, again=draw)


@page(section="stock", verb="post_moves")
def post_moves(request: HttpRequest) -> HttpResponse:
    """Move a quantity of an item from one place to another."""
    start = {name: request.GET.get(name, "") for name in ("item", "source", "lot")}
    return _goods_page(
        request,
        MoveForm(request.user, request.POST or None, initial=start),
        services.move_or_note,
        services.MoveRow,
        name="post_moves",
        then=reverse("moves"),
        said=_("The goods are moved."),
        words=_("A move is never changed; a mistake is moved back."),
        back="moves",
    )


@page(section="stock", verb="post_opening_stock")
def post_opening_stock(request: HttpRequest) -> HttpResponse:
    """Enter what lies in the stores when Gendan begins."""
    return _goods_page(
        request,
        OpeningForm(request.user, request.POST or None),
        services.post_opening_stock,
        services.OpeningRow,
        then=reverse("stock"),
        said=_("The opening stock is entered."),
        words=_("What was counted on the first day. For many rows import a sheet."),
        back="stock",
    )


@page(section="stock", verb="expect_supplies")
def expect_supplies(request: HttpRequest) -> HttpResponse:
    """Note goods that somebody has said will arrive."""
    return _goods_page(
        request,
        ExpectedForm(request.user, request.POST or None, initial=_named(request)),
        services.expect_supplies,
        services.ExpectedRow,
        then=reverse("expected"),
        said=_("The goods are expected; promises count on them."),
        words=_("Promises and milestones count on this day."),
        back="expected",
    )


@page(section="stock", verb="receive_expected", methods=["POST"])
def receive_expected(request: HttpRequest, expected_id: int) -> HttpResponse:
    """Take expected goods into a store."""
    row = services.ReceiptRow(
        expected_id=expected_id,
        quantity=read_decimal(request.POST.get("quantity", ""), field="quantity"),
        location=request.POST.get("location", ""),
        lot=request.POST.get("lot", "").strip(),
        made_on=parse_day(request.POST.get("made_on", "")),
        expires_on=parse_day(request.POST.get("expires_on", "")),
        is_last=request.POST.get("is_last") == "1",
    )
    return ask(
        request,
        save_one(services.receive_expected, row),
        then=reverse("expected_supply", args=[expected_id]),
        said=_("The goods are received."),
    )


@page(section="stock", verb="set_arrival_inspection", methods=["POST"])
def set_arrival_inspection(request: HttpRequest, item_id: int) -> HttpResponse:
    """Say that deliveries of an item need no verdict, or that they do again."""
    return ask(
        request,
        services.set_arrival_inspection,
        item_id=item_id,
        is_inspected=request.POST.get("is_inspected") == "1",
        reason=request.POST.get("reason", ""),
        then=reverse("stock_of_item", args=[item_id]),
        said=_("It holds from the next delivery on."),
    )


@page(section="stock", verb="drop_expected", methods=["POST"])
def drop_expected(request: HttpRequest, expected_id: int) -> HttpResponse:
    """What was expected, or the rest of it, will not come."""
    return ask(
        request,
        services.drop_expected,
        expected_ids=[expected_id],
        reason=request.POST.get("reason", ""),
        then=reverse("expected"),
        said=_("It is no longer expected; promises are counted anew."),
    )


@page(section="stock", verb="reverse_move", methods=["POST"])
def reverse_move(request: HttpRequest, move_id: int) -> HttpResponse:
    """Move goods back that were moved by mistake."""
    return ask(
        request,
        services.reverse_move,
        move_id=move_id,
        reason=request.POST.get("reason", "").strip() or str(_("moved by mistake")),
        then=reverse("moves"),
        said=_("The goods are moved back."),
    )


ACTIONS = [
    path("stock/moves/post/", post_moves, name="post_moves"),
    path("stock/opening/", post_opening_stock, name="post_opening_stock"),
    path("stock/expected/save/", expect_supplies, name="expect_supplies"),
    path("stock/expected/<int:expected_id>/receive/", receive_expected, name="receive_expected"),
    path(
        "stock/items/<int:item_id>/arrival/", set_arrival_inspection, name="set_arrival_inspection"
    ),
    path("stock/expected/<int:expected_id>/drop/", drop_expected, name="drop_expected"),
    path("stock/moves/<int:move_id>/back/", reverse_move, name="reverse_move"),
]
