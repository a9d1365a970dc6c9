"""How the people of the simulated world behave: how long things take them, who slips, and why."""

import random
from dataclasses import dataclass

from gendan.followup.models import DelayReason, Party

# Spread of real durations around the planned ones, by whose move it is: (median, sigma, chance of
# a bad case, factor of a bad case). Customers answer late, suppliers slip, our own people less so.
HABITS: dict[str, tuple[float, float, float, float]] = {
    Party.CUSTOMER: (1.0, 0.35, 0.16, 2.4),
    Party.SUPPLIER: (1.0, 0.25, 0.14, 1.9),
    Party.FACTORY: (1.0, 0.25, 0.15, 1.7),
    Party.THIRD_PARTY: (1.0, 0.2, 0.08, 1.8),
    Party.PRODUCTION: (0.95, 0.2, 0.08, 1.6),
    Party.INSPECTOR: (0.9, 0.25, 0.08, 2.2),
    Party.FINANCE: (0.9, 0.3, 0.05, 2.0),
}
OTHERS = (0.9, 0.25, 0.05, 1.8)

REASONS: dict[str, list[str]] = {
    Party.CUSTOMER: [DelayReason.CUSTOMER_COMMENTS, DelayReason.CUSTOMER_CHANGE],
    Party.SUPPLIER: [DelayReason.MATERIAL_LATE, DelayReason.MATERIAL_REJECTED],
    Party.FACTORY: [DelayReason.CAPACITY, DelayReason.QUALITY],
    Party.PRODUCTION: [DelayReason.BREAKDOWN, DelayReason.CAPACITY, DelayReason.STAFF],
    Party.INSPECTOR: [DelayReason.QUALITY],
    Party.LOGISTICS: [DelayReason.VESSEL, DelayReason.DOCUMENTS],
    Party.FINANCE: [DelayReason.PAYMENT],
}
REMARKS: dict[str, list[str]] = {
    DelayReason.CUSTOMER_COMMENTS: [
        "客户还未确认样品意见",
        "Buyer is travelling, comments next week",
    ],
    DelayReason.CUSTOMER_CHANGE: ["客户修改包装图稿", "Artwork changed by the customer"],
    DelayReason.MATERIAL_LATE: ["供应商染缸排期推后", "Mill moved the dyeing slot"],
    DelayReason.MATERIAL_REJECTED: ["来料色差，要求换货", "Shade off, replacement agreed"],
    DelayReason.CAPACITY: ["产线被急单占用", "Line taken by a rush order"],
    DelayReason.QUALITY: ["抽检不合格，返工中", "Failed inspection, rework under way"],
    DelayReason.BREAKDOWN: ["设备故障，等配件", "Machine down, waiting for a part"],
    DelayReason.STAFF: ["缝制组缺人", "Operators missing on the line"],
    DelayReason.VESSEL: ["船期甩柜，改下一班", "Cargo rolled to the next vessel"],
    DelayReason.DOCUMENTS: ["提单内容待更正", "B/L draft needs correction"],
    DelayReason.PAYMENT: ["定金未到账", "Deposit not yet in the bank"],
}
CHATTER = [
    "已和客户电话确认，按此安排。",
    "@{other} 请帮忙跟一下这单的包装资料。",
    "Customer asks for photos before packing.",
    "@{other} 面料缸差已确认，可以开裁。",
    "外箱唛头资料已收到，见附件。",
    "Forwarder says space is tight this month, @{other} please book early.",
]


@dataclass(frozen=True)
class Course:
    """How one milestone will really go: working days from its opening, and whether badly."""

    days: int
    is_bad: bool


def course_of(party: str, duration_days: int, rng: random.Random) -> Course:
    """How long a step really takes the party, in working days."""
    median, sigma, bad, factor = HABITS.get(party, OTHERS)
    is_bad = rng.random() < bad
    days = duration_days * median * rng.lognormvariate(0, sigma) * (factor if is_bad else 1)
    return Course(days=max(0, round(days)), is_bad=is_bad)


def reason_for(party: str, rng: random.Random) -> tuple[str, str]:
    """A believable reason code and remark for a slip of this party."""
    reason = rng.choice(REASONS.get(party, [DelayReason.OTHER, DelayReason.PLAN]))
    return reason, rng.choice(REMARKS.get(reason, [""]))
