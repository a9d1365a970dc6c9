"""What the supplier says by its link or tells us, and what we decide about it."""

import datetime as dt
import io
from collections.abc import Iterator
from unittest import mock

import pytest

from gendan.inventory.models import ExpectedSupply
from gendan.kernel import clock, links
from gendan.kernel.errors import DomainError, IllegalStep, Invalid, NotThere
from gendan.kernel.links import LinkRefused
from gendan.kernel.models import Attachment, Entry, Mail
from gendan.kernel.services import save_setting
from gendan.purchasing import invariants, services
from gendan.purchasing.models import PurchaseOrder, SupplierWord
from gendan.purchasing.services import LineAnswer, StepRow, said
from gendan.purchasing.services.sending import PURPOSE
from gendan.purchasing.tests import ordered
from gendan.purchasing.tests.ordered import DUE, TODAY
from gendan.testing.cast import person

pytestmark = pytest.mark.django_db
LATER = DUE + dt.timedelta(days=7)


@pytest.fixture(autouse=True)
def wednesday() -> Iterator[None]:
    with clock.at(clock.moment_on(TODAY)):
        yield


def answer(token: str, *answers: LineAnswer, **values: object) -> PurchaseOrder:
    given: dict[str, object] = {"token": token, "answers": answers} | values
    return services.answer_by_supplier_link(**given)  # type: ignore[arg-type]


def due(order: PurchaseOrder) -> dt.date:
    return ExpectedSupply.objects.get(reference=order.number).due_on


def test_confirmed_as_ordered() -> None:
    order, token = ordered.sent()
    answer(token, LineAnswer(1), name="Li Wei")
    order.refresh_from_db()
    word = SupplierWord.objects.get()
    assert (order.state, word.state, word.person) == ("confirmed", "confirmed", "Li Wei")
    assert (order.lines.get().confirmed_on, due(order)) == (DUE, DUE)
    fact = Entry.objects.get(fact="SupplierConfirmed")
    assert (fact.by, fact.data["positions"]) == (None, [1])


def test_a_later_day_is_expected_at_once_and_waits_for_us() -> None:
    order, token = ordered.sent()
    answer(token, LineAnswer(1, LATER, "100", "dye house full"))
    order.refresh_from_db()
    line, word = order.lines.get(), SupplierWord.objects.get()
    assert (order.state, line.confirmed_on, line.due_on, due(order)) == ("sent", None, LATER, LATER)
    assert (word.state, word.was_on) == ("proposed", DUE)
    [moved] = Entry.objects.get(fact="SupplierCountered").data["moved"].values()
    assert moved == [DUE.isoformat(), LATER.isoformat()]
    services.accept_counter(word_id=word.pk, by=person("bo"))
    order.refresh_from_db()
    assert (order.state, order.lines.get().confirmed_on) == ("confirmed", LATER)
    assert "agree" in Mail.objects.latest("pk").text
    with pytest.raises(IllegalStep):
        services.accept_counter(word_id=word.pk, by=person("bo"))
    assert invariants.check() == []


def test_refused_the_goods_are_expected_as_ordered() -> None:
    order, token = ordered.sent()
    answer(token, LineAnswer(1, LATER))
    word = SupplierWord.objects.get()
    with pytest.raises(Invalid, match="Say why"):
        services.refuse_counter(word_id=word.pk, reason="", by=person("bo"))
    services.refuse_counter(word_id=word.pk, reason="our customer waits", by=person("bo"))
    order.refresh_from_db()
    assert (order.state, due(order)) == ("sent", DUE)
    assert "our customer waits" in Mail.objects.latest("pk").text
    answer(ordered.token_of_last_mail(), LineAnswer(1, DUE))
    order.refresh_from_db()
    assert order.state == "confirmed"


def test_a_day_near_enough_is_taken_at_once_by_the_rule() -> None:
    save_setting(key="purchase_counter_days", value=3, by=person("zhao"))
    order, token = ordered.sent()
    answer(token, LineAnswer(1, DUE + dt.timedelta(days=3)))
    order.refresh_from_db()
    assert (order.state, SupplierWord.objects.get().state) == ("confirmed", "accepted")
    answer(token, LineAnswer(1, DUE + dt.timedelta(days=4)))
    assert SupplierWord.objects.filter(state="proposed").count() == 1


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (LineAnswer(1, TODAY - dt.timedelta(days=1)), "has passed"),
        (LineAnswer(1, "soon"), "not a date"),
        (LineAnswer(1, "2099-12-31"), "two years ahead"),
        (LineAnswer(1, LATER, "1e999999999"), "too large"),
        (LineAnswer(1, LATER, "0"), "more than zero"),
        (LineAnswer(1, LATER, "-5"), "more than zero"),
        (LineAnswer(1, LATER, "many"), "not a number"),
        (LineAnswer(1, LATER, "106"), "more than is tolerated"),
        (LineAnswer(7, LATER), "no such line"),
        (LineAnswer(1, LATER, "5", "x" * 1001), "characters"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_a_sentence(given: LineAnswer, words: str) -> None:
    order, token = ordered.sent()
    with pytest.raises(DomainError, match=words):
        answer(token, given)
    assert not SupplierWord.objects.exists()
    assert due(order) == DUE


def test_fewer_are_expected_only_once_we_have_accepted() -> None:
    order, token = ordered.sent()
    answer(token, LineAnswer(1, DUE, "60"))
    supply = ExpectedSupply.objects.get(reference=order.number)
    assert supply.quantity == 100
    services.accept_counter(word_id=SupplierWord.objects.get().pk, by=person("bo"))
    supply.refresh_from_db()
    assert supply.quantity == 60


def stepped(order: PurchaseOrder) -> tuple[str, int]:
    """The token of the order, sent now, and the id of its one step, ten days before it is due."""
    services.save_purchase_steps(family="HW", steps=[StepRow("Dye", 10)], by=person("bo"))
    services.submit_purchase_order(purchase_order_id=order.pk, by=person("bo"))
    services.send_purchase_order(purchase_order_id=order.pk, by=person("bo"))
    return ordered.token_of_last_mail(), order.lines.get().milestones.get().pk


def test_a_step_that_slips_keeps_the_quantity_agreed_on() -> None:
    order = ordered.draft()
    token, step = stepped(order)
    answer(token, LineAnswer(1, DUE, "60"))
    services.accept_counter(word_id=SupplierWord.objects.get().pk, by=person("bo"))
    token = ordered.token_of_last_mail()
    services.report_by_supplier_link(token=token, milestone_id=step, expected_on=DUE)
    assert SupplierWord.objects.get(state="proposed").quantity == 60
    answer(token, LineAnswer(1, LATER, "50"))
    late = DUE + dt.timedelta(days=5)
    services.report_by_supplier_link(token=token, milestone_id=step, expected_on=late)
    word = SupplierWord.objects.get(state="proposed")
    assert (word.quantity, word.on) == (50, late + dt.timedelta(days=10))
    with pytest.raises(DomainError, match="two years ahead"):
        services.report_by_supplier_link(token=token, milestone_id=step, expected_on="2099-01-01")


def test_more_than_ordered_is_never_agreed_by_itself() -> None:
    save_setting(key="purchase_counter_days", value=3, by=person("zhao"))
    _order, token = ordered.sent()
    answer(token, LineAnswer(1, DUE, "105"))
    assert SupplierWord.objects.get().state == "proposed"


def test_a_repeat_says_nothing_new_and_a_link_has_an_end() -> None:
    order = ordered.draft()
    token, step = stepped(order)

    def report(day: dt.date = DUE, files: int = 0) -> None:
        given = [(f"{one}.txt", io.BytesIO(b"photo")) for one in range(files)]
        services.report_by_supplier_link(
            token=token, milestone_id=step, expected_on=day, given=given
        )

    for _press in range(3):
        answer(token, LineAnswer(1, LATER))
        report(TODAY)
    assert (SupplierWord.objects.count(), order.sendings.get().answers) == (1, 2)
    assert Entry.objects.filter(fact="SupplierReported").count() == 1
    for _sending in range(2):  # a phone that did not hear us sends its photos again
        report(TODAY, files=2)
    assert Attachment.objects.filter(kind="step").count() == 2
    with (
        mock.patch.object(said, "MOST_FILES_IN_ALL", 3),
        pytest.raises(services.TooManyAnswers, match="At most 3 files"),
    ):
        report(TODAY, files=2)
    order.sendings.update(answers=said.MOST_ANSWERS)
    with pytest.raises(services.TooManyAnswers, match="very often"):
        answer(token, LineAnswer(1, DUE))
    with pytest.raises(services.TooManyAnswers, match="very often"):
        report(LATER)
    assert SupplierWord.objects.count() == 1


def test_links_that_open_nothing() -> None:
    order, token = ordered.sent()
    for wrong in (token[:-2] + "xx", "1-guess", "", "x" * 300):
        with pytest.raises(LinkRefused):
            answer(wrong, LineAnswer(1))
    _link, other = links.make_link(
        purpose="accept_paper", about=order, valid_until=clock.moment_on(LATER)
    )
    with pytest.raises(LinkRefused):
        answer(other, LineAnswer(1))
    _link, stale = links.make_link(
        purpose=PURPOSE, about=order, binding="0" * 64, valid_until=clock.moment_on(LATER)
    )
    with pytest.raises(services.AnotherVersion):
        answer(stale, LineAnswer(1))
    with (
        clock.at(clock.moment_on(DUE + dt.timedelta(days=90))),
        pytest.raises(LinkRefused, match="expired"),
    ):
        answer(token, LineAnswer(1))


def test_of_two_who_answer_at_once_the_second_looks_again() -> None:
    _order, token = ordered.sent()
    answer(token, LineAnswer(1), seen=0)
    answer(token, LineAnswer(1), seen=0)  # a phone that did not hear us sends the same again
    with pytest.raises(services.AnsweredMeanwhile):
        answer(token, LineAnswer(1, LATER), seen=0)


def test_what_the_supplier_told_us_by_phone_counts_the_same() -> None:
    order, _token = ordered.sent()
    services.record_supplier_answer(
        purchase_order_id=order.pk, answers=[LineAnswer(1, LATER)], person="Li", by=person("bo")
    )
    word = SupplierWord.objects.get()
    assert (word.way, word.by, due(order)) == ("hand", person("bo"), LATER)


def test_a_step_that_slips_moves_the_goods() -> None:
    rows = [StepRow("Yarn", 30, "纱线"), StepRow("Dyeing", 10, "染色")]
    order = ordered.draft()
    services.save_purchase_steps(family="HW", steps=rows, by=person("bo"))
    services.submit_purchase_order(purchase_order_id=order.pk, by=person("bo"))
    services.send_purchase_order(purchase_order_id=order.pk, by=person("bo"))
    token = ordered.token_of_last_mail()
    yarn, dyeing = order.lines.get().milestones.all()
    assert yarn.planned_on == DUE - dt.timedelta(days=30)
    services.report_by_supplier_link(token=token, milestone_id=yarn.pk, done_on=TODAY)
    assert due(order) == DUE
    services.report_by_supplier_link(token=token, milestone_id=dyeing.pk, expected_on=DUE)
    assert due(order) == DUE + dt.timedelta(days=10)
    assert SupplierWord.objects.get(state="proposed").remark == "Dyeing"
    with pytest.raises(DomainError, match="done already"):
        services.report_by_supplier_link(token=token, milestone_id=yarn.pk, done_on=TODAY)
    with pytest.raises(NotThere):
        services.report_by_supplier_link(token=token, milestone_id=10**9, done_on=TODAY)
    services.report_purchase_step(milestone_id=dyeing.pk, done_on=TODAY, by=person("bo"))


@pytest.mark.parametrize(
    "rows", [[StepRow("", 1)], [StepRow("A", -1)], [StepRow("A", 999)], [StepRow("A", 1)] * 21]
)
def test_steps_that_cannot_be_meant_are_refused(rows: list[StepRow]) -> None:
    ordered.line()
    with pytest.raises(Invalid):
        services.save_purchase_steps(family="HW", steps=rows, by=person("bo"))
    with pytest.raises(Invalid):
        services.save_purchase_steps(steps=[StepRow("A", 1)], by=person("bo"))


def test_a_chaser_goes_out_at_the_right_moment_and_not_twice() -> None:
    order, token = ordered.sent()
    with pytest.raises(services.NothingToChase):
        services.chase_supplier(purchase_order_id=order.pk, by=person("bo"))
    with clock.at(clock.moment_on(TODAY + dt.timedelta(days=2))):
        services.chase_supplier(purchase_order_id=order.pk, by=person("bo"))
        assert "not received your confirmation" in Mail.objects.latest("pk").text
        with pytest.raises(services.NothingToChase, match="give it time"):
            services.chase_supplier(purchase_order_id=order.pk, by=person("bo"))
        answer(token, LineAnswer(1, LATER))
        with pytest.raises(services.SupplierWaitsForUs):
            services.chase_supplier(purchase_order_id=order.pk, by=person("bo"))
        services.accept_counter(word_id=SupplierWord.objects.get().pk, by=person("bo"))
    with clock.at(clock.moment_on(LATER - dt.timedelta(days=3))):
        services.chase_supplier(purchase_order_id=order.pk, by=person("bo"))
        assert "due soon" in Mail.objects.latest("pk").subject
    with clock.at(clock.moment_on(LATER + dt.timedelta(days=3))):
        services.chase_supplier(purchase_order_id=order.pk, message="Where is it?", by=None)
        mail = Mail.objects.latest("pk")
        assert "overdue" in mail.subject
        assert "Where is it?" in mail.text
