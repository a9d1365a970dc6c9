"""What the people of the simulated world do in a day: confirm, act, slip, buy, deliver, talk."""

import datetime as dt
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from gendan.changes.content import Content
from gendan.changes.services import accept_change, propose_change, reject_change, undo_change
from gendan.engine.calendars import WorkCalendar
from gendan.followup.models import Evidence, Milestone, Party, Revision
from gendan.followup.queries import today_for
from gendan.followup.services import (
    approve_revision,
    chase_milestone,
    expect_milestone,
    reach_milestone,
    refuse_revision,
    revise_milestone,
)
from gendan.intake.models import Draft
from gendan.intake.queries import open_doubts
from gendan.intake.services import accept_draft, refuse_draft
from gendan.kernel.errors import DomainError
from gendan.kernel.models import User
from gendan.orders.entry import LineChange
from gendan.orders.models import Order, OrderReview
from gendan.orders.services import (
    cancel_order,
    check_order,
    close_order,
    comment_on_order,
    confirm_order,
    follow_order,
    object_to_review,
    override_credit,
    pass_review,
    place_hold,
    readiness_of,
    waive_review,
)
from gendan.planning.services import promise_order
from gendan.testing.world.buyers import Buyers
from gendan.testing.world.counters import Counters
from gendan.testing.world.habits import CHATTER, course_of, reason_for
from gendan.testing.world.planner import Planner
from gendan.testing.world.store import Store

WHO = {
    Party.SALES: "sun",
    Party.PLANNER: "ping",
    Party.PRODUCTION: "gang",
    Party.BUYER: "bo",
    Party.WAREHOUSE: "wen",
    Party.INSPECTOR: "qiu",
    Party.LOGISTICS: "lin",
    Party.SERVICE: "su",
    Party.FINANCE: "fang",
    Party.MANAGER: "zhao",
}
PATIENT_DAYS = 5  # then a milestone is said to be reached, ordered or not
REVIEWERS = {"sales": "sun", "finance": "fang", "manager": "zhao"}


@dataclass
class Plan:
    """On which day a milestone will really be done, and whether the others have been told."""

    on: dt.date
    is_bad: bool
    told: bool = False


class Work:
    """The company's people; the same seed acts the same."""

    def __init__(
        self, rng: random.Random, people: Mapping[str, User], calendar: WorkCalendar
    ) -> None:
        self.rng = rng
        self.people = people
        self.calendar = calendar
        self.plans: dict[int, Plan] = {}
        self.store = Store(rng, people, calendar)
        self.planner = Planner(rng, people, calendar)
        self.buyers = Buyers(rng, people, calendar)
        self.counters = Counters(rng, people)
        self.asked: dict[int, dt.date] = {}  # by order: when its material was asked for

    # Drafts and confirmation ----------------------------------------------------------------

    def on_drafts(self, day: dt.date) -> None:
        """Look through the intake, then check, promise and confirm what is ready."""
        for draft in Draft.objects.filter(state="open").select_related("incoming").order_by("pk"):
            if self.rng.random() < 0.6:
                self._decide(draft)
        self._review()
        for order in Order.objects.filter(state="draft").order_by("pk"):
            if self.rng.random() < 0.55:
                self._confirm(order, day)

    def _decide(self, draft: Draft) -> None:
        by = self.people["mei"]
        doubts = [doubt.field for doubt in open_doubts(draft)]
        try:
            accept_draft(draft_id=draft.pk, confirmed_doubts=doubts, by=by)
        except DomainError as error:
            if self.rng.random() < 0.2:
                refuse_draft(draft_id=draft.pk, reason=str(error)[:300], by=by)

    def _confirm(self, order: Order, day: dt.date) -> None:
        by = order.merchandiser or self.people["mei"]
        check_order(order_id=order.pk, by=by)
        promise_order(order_id=order.pk, by=by)
        chance = self.rng.random()
        if chance < 0.02:
            cancel_order(order_id=order.pk, reason="客户取消询价 / customer withdrew", by=by)
        elif chance < 0.05 and not order.holds.filter(released_at=None).exists():
            place_hold(
                order_id=order.pk, stage="confirm", reason="等待客户确认包装 / packing open", by=by
            )
        else:
            self._let_pass(order)
            self._try(
                lambda: confirm_order(
                    order_id=order.pk, despite="价格已与业务确认 / agreed with sales", by=by
                )
            )

    def _review(self) -> None:
        """Whoever is asked looks at drafts; a few objections, settled some days later."""
        waiting = OrderReview.objects.filter(is_required=True, order__state="draft")
        for review in waiting.exclude(state__in=["passed", "waived"]).order_by("pk"):
            if self.rng.random() < 0.3:
                continue  # not looked at today
            by = self.people[REVIEWERS[review.role]]
            if review.state == "open" and self.rng.random() < 0.06:
                remark = "价格低于去年，请与客户核实 / below last year, ask the customer"
                self._try(lambda: object_to_review(review_id=review.pk, remark=remark, by=by))  # noqa: B023
            elif review.state == "objected" and self.rng.random() < 0.2:
                reason = "样品价，经理同意 / sample price, agreed"
                boss = self.people["zhao"]
                self._try(lambda: waive_review(review_id=review.pk, reason=reason, by=boss))  # noqa: B023
            else:
                self._try(lambda: pass_review(review_id=review.pk, by=by))  # noqa: B023

    def _let_pass(self, order: Order) -> None:
        """Finance lets an order of a good customer pass although the limit is reached."""
        if readiness_of(order).credit.stops and self.rng.random() < 0.5:
            reason = "客户已付定金，财务放行 / deposit received"
            by = self.people["fang"]
            self._try(lambda: override_credit(order_id=order.pk, reason=reason, by=by))

    # Milestones -----------------------------------------------------------------------------

    def on_milestones(self, day: dt.date) -> None:
        """Everybody whose move it is moves, when their time has come."""
        revisions = Revision.objects.filter(state="proposed").order_by("pk")
        for revision in revisions:
            if self.rng.random() < 0.7:
                self._judge(revision.pk)
        waiting = (
            Milestone.objects.filter(state="open", journey__is_open=True)
            .select_related("journey__order__merchandiser")
            .order_by("pk")
        )
        for milestone in waiting:
            plan = self.plans.get(milestone.pk)
            if plan is None:
                plan = self.plans[milestone.pk] = self._plan(milestone, day)
            if day >= plan.on:
                self._finish(milestone, day)
            elif plan.is_bad and not plan.told:
                self._tell(milestone, plan, day)

    def _judge(self, revision_id: int) -> None:
        by = self.people["zhao"]
        if self.rng.random() < 0.85:
            self._try(lambda: approve_revision(revision_id=revision_id, by=by))
        else:
            remark = "先抢回进度，再谈改期 / catch up first"
            self._try(lambda: refuse_revision(revision_id=revision_id, remark=remark, by=by))

    def _plan(self, milestone: Milestone, day: dt.date) -> Plan:
        if milestone.travel:
            late = self.rng.choice([0, 0, 0, 0, 1, 2, 5])
            on = max(milestone.forecast_on, day) + dt.timedelta(days=late)
            return Plan(on=on, is_bad=late > 3)
        course = course_of(milestone.waiting_for, milestone.duration_days, self.rng)
        return Plan(on=self.calendar.add_days(day, course.days), is_bad=course.is_bad)

    def _tell(self, milestone: Milestone, plan: Plan, day: dt.date) -> None:
        """A slip becomes known some days before its date, seldom at once."""
        if plan.on <= milestone.forecast_on or self.rng.random() < 0.6:
            return
        plan.told = True
        order = milestone.journey.order
        by = order.merchandiser or self.people["mei"]
        reason, remark = reason_for(milestone.waiting_for, self.rng)
        if self.rng.random() < 0.5:
            self._try(
                lambda: expect_milestone(
                    milestone_id=milestone.pk, expected_on=plan.on, note=remark, by=by
                )
            )
        else:
            self._try(
                lambda: revise_milestone(
                    milestone_id=milestone.pk,
                    revised_on=plan.on,
                    reason=reason,
                    party=milestone.waiting_for,
                    remark=remark,
                    by=by,
                )
            )

    def _finish(self, milestone: Milestone, day: dt.date) -> None:
        order = milestone.journey.order
        follower = order.merchandiser or self.people["mei"]
        if milestone.evidence == Evidence.DELIVERED:
            self._try(lambda: self.store.deliver(order))
        elif milestone.evidence == Evidence.ORDER_CLOSED:
            self._try(lambda: close_order(order_id=order.pk, by=follower))
        elif milestone.evidence == Evidence.CHECKS_DONE:
            self._try(lambda: check_order(order_id=order.pk, by=follower))
        else:
            if milestone.evidence == Evidence.MATERIAL_EXPECTED and self._is_buying(order, day):
                return
            username = WHO.get(Party(milestone.owner_role))
            by = self.people[username] if username else follower
            self._try(lambda: reach_milestone(milestone_id=milestone.pk, reached_on=day, by=by))
            if milestone.code == "production_end":
                self.planner.finish_for(order)
                self.store.make(order, day)

    def _is_buying(self, order: Order, day: dt.date) -> bool:
        """Ask for what is missing; the milestone closes by itself when that is ordered."""
        if self.store.buy(order, day):
            self.asked[order.pk] = day
        asked_on = self.asked.get(order.pk)
        return asked_on is not None and day < asked_on + dt.timedelta(days=PATIENT_DAYS)

    # Planning, stock and talk -------------------------------------------------------------------

    def on_plan(self, day: dt.date) -> None:
        """The plan is calculated; what must begin soon is firmed and bought."""
        self.planner.calculate()
        self.planner.firm(day)
        if not self.store.has_detail:
            self.planner.buy(day)

    def on_purchases(self, day: dt.date) -> None:
        """Suppliers answer, buyers order."""
        self.buyers.renew(day)
        if self.store.has_detail:
            self.buyers.act(day)

    def on_stock(self, day: dt.date) -> None:
        """Goods that were expected arrive, from suppliers and from our works."""
        self.store.receive(day)
        self.planner.work(day)
        if self.store.has_detail:
            self.counters.act(day)

    def talk(self, day: dt.date) -> None:
        """Chasing from the Today list, comments, a change or a cancellation now and then."""
        user = self.people[self.rng.choice(["mei", "jun", "yan", "hao"])]
        for row in today_for(user, limit=8):
            if row.action == "chase_milestone" and self.rng.random() < 0.4:
                self._chase(row.milestone_id, row.message, user)
        running = list(Order.objects.filter(state="confirmed").order_by("pk"))
        if not running:
            return
        if self.rng.random() < 0.5:
            self._comment(self.rng.choice(running))
        if self.rng.random() < 0.05:
            self._amend(self.rng.choice(running[-40:]))
        if self.rng.random() < 0.012:
            order = self.rng.choice(running[-40:])
            by = order.merchandiser or self.people["mei"]
            reason = "客户市场变化取消 / customer cancelled"
            self._try(lambda: cancel_order(order_id=order.pk, reason=reason, by=by))

    def _chase(self, milestone_id: int, message: str, user: User) -> None:
        self._try(lambda: chase_milestone(milestone_id=milestone_id, message=message, by=user))

    def _comment(self, order: Order) -> None:
        by = order.merchandiser or self.people["mei"]
        other = self.rng.choice(["bo", "gang", "lin", "qiu", "ping"])
        text = self.rng.choice(CHATTER).format(other=other)
        comment_on_order(order_id=order.pk, text=text, by=by)
        if self.rng.random() < 0.3:
            self._try(lambda: follow_order(order_id=order.pk, by=self.people["sun"]))

    def _amend(self, order: Order) -> None:
        by = order.merchandiser or self.people["mei"]
        line = order.lines.filter(is_cancelled=False, delivered=0).order_by("position").first()
        if line is None:
            return
        quantity = int(line.quantity * self.rng.choice([80, 110, 120, 150]) / 100)
        content = Content(change_lines=[LineChange(line_id=line.pk, quantity=quantity)])
        self._try(lambda: self._change(order, content, by))

    def _change(self, order: Order, content: Content, by: User) -> None:
        """Put forward for the customer; mostly carried through, now and then taken back."""
        change = propose_change(
            order_id=order.pk,
            content=content,
            origin="customer",
            reason="客户调整数量 / quantity changed by the customer",
            by=by,
        )
        mood = self.rng.random()
        if mood < 0.15:
            return  # nobody has decided yet
        if mood < 0.25:
            reason = "来不及 / too late for this"
            reject_change(change_id=change.pk, reason=reason, by=self.people["sun"])
            return
        accept_change(change_id=change.pk, by=by)
        if mood > 0.9:
            undo_change(change_id=change.pk, reason="客户反悔 / customer thought again", by=by)

    @staticmethod
    def _try(act: Callable[[], object]) -> bool:
        """Do it as a person would: a refusal is read, and the matter waits for another day."""
        try:
            act()
        except DomainError:
            return False
        return True
