"""What must always be true of companies; each broken rule is told in a sentence."""

from decimal import Decimal

from gendan.partners.models import PaymentTerms


def check() -> list[str]:
    """Everything that is wrong; empty when all is right. 1 query."""
    return [
        f"payment terms {terms.code}: the instalments do not add up to 100 percent"
        for terms in PaymentTerms.objects.order_by("code")
        if sum((Decimal(str(one["percent"])) for one in terms.instalments), Decimal(0)) != 100
    ]
