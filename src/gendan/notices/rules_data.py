"""The rules Gendan ships: of which facts who hears, who must act, and what proves it.

Audiences: "merchandiser" and "team" of the order; "role:manager"; "person:taker_id" (a field of the
fact that names people); "role_in:party" (a field that names a role); "named:proposer" (a question
of audiences.py). A fact that is not here tells nobody.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _

from gendan.notices.rules_planning import PLANNING
from gendan.notices.rules_sourcing import SOURCING
from gendan.notices.shipped import NOW, TEAM, Shipped

Titles = dict[str, Any]
ENDS = ("OrderCancelled", "OrderClosed")  # what was still to be done about the order is no more


MILESTONE = "milestone:{milestone_id}"

ORDERS = (
    Shipped(
        fact="OrderConfirmed",
        title=_("Order confirmed"),
        know=(*TEAM, "role:planner"),
        importance="low",
    ),
    Shipped(
        fact="OrderAmended",
        title=_("Order changed after confirmation"),
        know=(*TEAM, "role:planner"),
        act=TEAM,
        channels=NOW,
        escalate_hours=16,
        escalate_to="manager",
        meaning="changed",
        is_each=True,
    ),
    Shipped(
        fact="OrderCancelled",
        title=_("Order cancelled"),
        know=("role:planner", "role:buyer", "role:production"),
        act=TEAM,
        channels=NOW,
        importance="urgent",
        escalate_hours=8,
        escalate_to="manager",
        is_each=True,
    ),
    Shipped(fact="OrderEdited", title=_("Draft changed"), know=TEAM, is_active=False),
    Shipped(fact="OrderPromised", title=_("Date promised"), know=TEAM, is_active=False),
    Shipped(fact="OrderClosed", title=_("Order closed"), know=TEAM, importance="low"),
    Shipped(
        fact="DeliveryRecorded",
        title=_("Goods delivered"),
        know=("merchandiser", "role:finance"),
        importance="low",
    ),
    Shipped(
        fact="MerchandiserChanged",
        title=_("Another merchandiser"),
        know=("person:is_id", "person:was_id", "team"),
    ),
    Shipped(fact="OrderFollowed", title=_("Put on a team"), know=("person:user_id",)),
    Shipped(
        fact="CommentWritten",
        title=_("Named in a comment"),
        know=("person:mentioned",),
        channels=("mail",),
        merges=False,
    ),
    Shipped(
        fact="FileAttached", title=_("File attached"), know=TEAM, importance="low", is_active=False
    ),
    Shipped(fact="HoldPlaced", title=_("Hold placed"), know=TEAM, channels=NOW, by_people=True),
    Shipped(
        fact="HoldReleased", title=_("Hold released"), know=TEAM, importance="low", by_people=True
    ),
    Shipped(
        fact="ReviewsAsked",
        title=_("Review asked for"),
        act=("named:reviewers",),
        acted_by=("ReviewPassed", "ReviewObjected", "ReviewWaived"),
        match="review:{order_id}:{role}",
        escalate_hours=8,
        escalate_to="manager",
        meaning="review",
    ),
    Shipped(
        fact="ReviewsReopened",
        title=_("Review to be done again"),
        act=("named:reviewers",),
        acted_by=("ReviewPassed", "ReviewObjected", "ReviewWaived"),
        match="review:{order_id}:{role}",
        escalate_hours=8,
        escalate_to="manager",
        meaning="review",
    ),
    Shipped(
        fact="ReviewObjected",
        title=_("Reviewer objects"),
        know=("team",),
        act=("merchandiser",),
        acted_by=("OrderEdited", "ReviewPassed", "ReviewWaived"),
        channels=NOW,
        merges=False,
    ),
    Shipped(
        fact="ReviewPassed", title=_("Review passed"), know=("merchandiser",), importance="low"
    ),
    Shipped(
        fact="SpecificationSuperseded",
        title=_("Newer specification than the order's"),
        know=("team",),
        act=("merchandiser",),
        acted_by=("ChangeAskedFor", "OrderAmended"),
        channels=NOW,
        escalate_hours=16,
        escalate_to="manager",
    ),
    Shipped(fact="ReviewWaived", title=_("Review waived"), know=TEAM),
    Shipped(
        fact="CreditOverridden",
        title=_("Credit limit overridden"),
        know=("merchandiser", "role:finance", "role:manager"),
    ),
    Shipped(
        fact="RuleOverridden", title=_("Rule overridden"), know=("merchandiser", "role:manager")
    ),
)
FOLLOWUP = (
    Shipped(
        fact="RevisionProposed",
        title=_("New date waits for approval"),
        act=("role:manager",),
        acted_by=("RevisionApproved", "RevisionRefused"),
        match="revision:{revision_id}",
        channels=NOW,
        merges=False,
    ),
    Shipped(fact="RevisionApproved", title=_("New date agreed"), know=("named:proposer", *TEAM)),
    Shipped(
        fact="RevisionRefused",
        title=_("New date refused"),
        know=("named:proposer", *TEAM),
        channels=("mail",),
    ),
    Shipped(
        fact="ForecastSlipped",
        title=_("Expected date is later"),
        know=("merchandiser",),
        meaning="forecast",
        is_active=False,
    ),
    Shipped(
        fact="ForecastImproved",
        title=_("Expected date is earlier"),
        know=("merchandiser",),
        importance="low",
        meaning="forecast",
        is_active=False,
    ),
    Shipped(
        fact="MilestoneReached",
        title=_("Milestone reached"),
        know=TEAM,
        importance="low",
        is_active=False,
    ),
    Shipped(fact="MilestoneReopened", title=_("Milestone reopened"), know=(*TEAM, "role:planner")),
    Shipped(
        fact="MoveChanged",
        title=_("It is our move"),
        act=("role_in:party",),
        acted_by=("MilestoneReached", "MilestoneSkipped", "MoveChanged"),
        match=MILESTONE,
        is_active=False,
    ),
    Shipped(
        fact="MilestoneChased",
        title=_("Urged to get on"),
        act=("role_in:party",),
        acted_by=(
            "MilestoneReached",
            "MilestoneSkipped",
            "MilestoneExpected",
            "MilestoneRevised",
            "RevisionProposed",
            "MoveChanged",
        ),
        match=MILESTONE,
        escalate_hours=16,
        escalate_to="manager",
    ),
    Shipped(
        fact="QuestionAsked",
        title=_("Question asked"),
        know=TEAM,
        importance="low",
        is_active=False,
    ),
    Shipped(
        fact="QuestionAnswered",
        title=_("Customer has answered"),
        know=TEAM,
        act=("named:question_owner",),
        match="question:{question_id}",
        channels=NOW,
        escalate_hours=8,
        escalate_to="manager",
        merges=False,
    ),
    Shipped(
        fact="QuestionWithdrawn", title=_("Question withdrawn"), know=("team",), importance="low"
    ),
    Shipped(
        fact="ExtensionRequested",
        title=_("Later date asked of the customer"),
        know=(*TEAM, "role:manager"),
        importance="low",
    ),
    Shipped(
        fact="ExtensionAnswered",
        title=_("Customer has answered about a later date"),
        know=("team", "role:planner"),
        act=("merchandiser",),
        channels=NOW,
        escalate_hours=16,
        escalate_to="manager",
    ),
    Shipped(
        fact="OrdersHandedOver",
        title=_("Orders handed over"),
        act=("person:taker_id",),
        acted_by=("HandoverAcknowledged", "OrdersHandedBack"),
        match="handover:{handover_id}",
        channels=NOW,
        importance="urgent",
        escalate_hours=8,
        escalate_to="manager",
    ),
    Shipped(
        fact="HandoverAcknowledged",
        title=_("Handover acknowledged"),
        know=("person:giver_id",),
        importance="low",
    ),
    Shipped(
        fact="OrdersHandedBack",
        title=_("Orders handed back"),
        know=("person:giver_id", "person:taker_id"),
        channels=("mail",),
    ),
)
CONTRACTS = (
    Shipped(fact="OrderAnswered", title=_("Customer answered"), know=TEAM, importance="low"),
    Shipped(
        fact="AnswerOutdated",
        title=_("Customer was told otherwise than we promise now"),
        know=("team",),
        act=("merchandiser",),
        acted_by=("OrderAnswered", "AnswerWithdrawn"),
        channels=NOW,
        escalate_hours=16,
        escalate_to="manager",
    ),
    Shipped(
        fact="PaperAccepted",
        title=_("Customer has accepted a paper"),
        know=(*TEAM, "role:finance"),
        channels=NOW,
    ),
    Shipped(
        fact="PaperIssued",
        title=_("Paper issued"),
        know=("team",),
        act=("merchandiser",),
        acted_by=("PaperSent", "PaperAccepted", "PaperVoided"),
        match="paper:{paper_id}",
        importance="low",
    ),
    Shipped(fact="PaperVoided", title=_("Paper voided"), know=TEAM),
    Shipped(
        fact="ChangeAsked",
        title=_("Customer asks for a change"),
        know=("team",),
        act=("merchandiser",),
        acted_by=("ChangeProposed", "ChangeRejected", "PaperSent"),
        channels=NOW,
        importance="urgent",
        escalate_hours=4,
        escalate_to="manager",
        meaning="asked",
    ),
    Shipped(
        fact="LetterOfCreditWarned",
        title=_("Letter of credit in danger"),
        know=("role:finance",),
        act=("merchandiser",),
        match="letter:{letter_id}",
        channels=NOW,
        importance="urgent",
        escalate_hours=8,
        escalate_to="manager",
    ),
    Shipped(
        fact="LetterOfCreditAmended",
        title=_("Letter of credit amended"),
        know=("named:letter_followers", "role:finance"),
    ),
    Shipped(
        fact="TermsSaved", title=_("Duties changed"), know=TEAM, importance="low", is_active=False
    ),
)
CHANGES = (
    Shipped(
        fact="ChangeAskedFor",
        title=_("Change order opened"),
        know=("team",),
        act=("merchandiser",),
        acted_by=("ChangeProposed", "ChangeRejected", "ChangeVoided"),
        match="change:{change_id}",
        channels=NOW,
        escalate_hours=8,
        escalate_to="manager",
        meaning="asked",
    ),
    Shipped(
        fact="ChangeAccepted",
        title=_("Change carried through"),
        know=("role:planner",),
        act=("named:change_concerned",),
        acted_by=("ChangeAcknowledged", "ChangeUndone"),
        match="change:{change_id}",
        channels=NOW,
        importance="urgent",
        escalate_hours=8,
        escalate_to="manager",
        meaning="changed",
        is_each=True,
    ),
    Shipped(
        fact="ChangeProposed",
        title=_("Change waits for a decision"),
        know=("merchandiser",),
        act=("role:sales", "role:manager"),
        acted_by=("ChangeAccepted", "ChangeRejected", "ChangeVoided"),
        match="change:{change_id}",
        channels=NOW,
        escalate_hours=8,
        escalate_to="manager",
    ),
    Shipped(fact="ChangeRejected", title=_("Change rejected"), know=TEAM),
    Shipped(
        fact="ChangeUndone",
        title=_("Change undone"),
        know=(*TEAM, "role:planner"),
        act=("named:change_concerned",),
        acted_by=("ChangeAcknowledged",),
        match="change:{change_id}",
        is_each=True,
        channels=NOW,
        importance="urgent",
        meaning="changed",
    ),
)
STOCK = (
    Shipped(
        fact="ExpectedDropped",
        title=_("Expected material will not come"),
        know=("role:planner", "role:buyer"),
        act=("named:merchandisers_of_demands",),
        match="expected:{expected_ids}",
        channels=NOW,
        escalate_hours=8,
        escalate_to="manager",
    ),
    Shipped(
        fact="MailReceived",
        title=_("Customer has answered by mail"),
        know=TEAM,
        channels=NOW,
        match="mail:{message_id}",
        merges=False,
    ),
    Shipped(
        fact="MailReturned",
        title=_("Our mail came back"),
        know=("named:mail_writer",),
        act=("merchandiser",),
        match="mail:{message_id}",
        channels=NOW,
        merges=False,
    ),
    Shipped(
        fact="AutomaticReplyReceived",
        title=_("Automatic reply by mail"),
        know=("merchandiser",),
        importance="low",
        is_active=False,
    ),
    Shipped(
        fact="MailParked",
        title=_("Mail could not be sorted"),
        act=("role:merchandiser",),
        acted_by=("MailRetried", "MailTakenToIntake", "MailDropped"),
        match="mail:{message_id}",
        importance="low",
    ),
    Shipped(
        fact="MailboxFailing",
        title=_("Mailbox cannot be read"),
        act=("role:manager",),
        acted_by=("MailboxSaved", "MailboxSwitchedOff", "MailboxRemoved"),
        match="mailbox:{mailbox_id}",
        channels=("mail",),
    ),
    Shipped(
        fact="IncomingUnreadable",
        title=_("Document cannot be read"),
        act=("role:merchandiser",),
        acted_by=("IncomingFinished", "IncomingRead", "IncomingTaken"),
        match="incoming:{incoming_id}",
        importance="low",
    ),
)
COMPANY = (
    Shipped(
        fact="AuditFoundProblems",
        title=_("Something does not add up"),
        know=("role:manager",),
        channels=NOW,
        importance="urgent",
    ),
    Shipped(
        fact="WebhookSwitchedOff",
        title=_("Webhook switched off"),
        know=("named:named_there",),
        act=("role:manager",),
        acted_by=("WebhookSwitchedOn", "WebhookRemoved"),
        match="webhook:{webhook_id}",
        importance="urgent",
        channels=("mail",),
    ),
    Shipped(
        fact="MailNotSent",
        title=_("Mail could not be sent"),
        know=("named:mail_writer", "role:manager"),
        merges=False,
        tells_doer=True,
    ),
    Shipped(
        fact="SignInLocked",
        title=_("Sign-in locked"),
        know=("person:user_id", "role:manager"),
        channels=("mail",),
    ),
    Shipped(fact="SignInUnlocked", title=_("Sign-in unlocked"), know=("person:user_id",)),
    *(
        Shipped(
            fact=fact,
            title=title,
            know=("person:user_id", *more),
            channels=("mail",),
            tells_doer=True,
        )
        for fact, title, more in (
            ("PasswordChanged", _("Password changed"), ()),
            ("TotpSwitchedOff", _("Authenticator app switched off"), ()),
            ("PasskeyAdded", _("Passkey added"), ()),
            ("PasskeyRemoved", _("Passkey removed"), ()),
            ("SecondFactorsReset", _("Second factors reset"), ("role:manager",)),
            ("RolesChanged", _("Roles changed"), ("role:manager",)),
        )
    ),
    Shipped(
        fact="AccountChanged", title=_("Account changed"), know=("role:manager",), importance="low"
    ),
    Shipped(
        fact="NoticeEscalated",
        title=_("Nobody has read or acted"),
        act=("named:escalated_to",),
        match="entry:{entry_id}",
        channels=NOW,
        importance="urgent",
        merges=False,
    ),
)
GROUPS = (
    (_("Orders"), ORDERS),
    (_("Follow-up"), FOLLOWUP),
    (_("Contracts"), CONTRACTS),
    (_("Changes"), CHANGES),
    (_("Stock and intake"), STOCK),
    (_("Planning"), PLANNING),
    (_("Suppliers"), SOURCING),
    (_("Company"), COMPANY),
)
SHIPPED: dict[str, Shipped] = {rule.fact: rule for _title, rules in GROUPS for rule in rules}
