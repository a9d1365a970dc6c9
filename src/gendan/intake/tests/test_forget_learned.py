"""What was learned wrongly is forgotten, and no longer used."""

import pytest

from gendan.intake.models import Learned
from gendan.intake.services import correct_draft, forget_learned
from gendan.kernel.errors import NotThere
from gendan.partners.models import Partner
from gendan.testing.cast import person
from gendan.testing.make import intake as make

pytestmark = pytest.mark.django_db
STRANGE = [("A-77", "Scharnier", 500, "1.20")]


def test_it_is_no_longer_used(customer: Partner) -> None:
    draft = make.draft(make.sheet(lines=STRANGE), "po.xlsx")
    correct_draft(draft_id=draft.pk, items={0: make.goods()[0].pk}, by=person("mei"))
    learned = Learned.objects.get()
    forget_learned(learned_id=learned.pk, by=person("mei"))
    second = make.draft(make.sheet("PO-2", lines=STRANGE), "po2.xlsx")
    assert second.matches["lines"][0]["id"] is None
    with pytest.raises(NotThere, match="forgotten already"):
        forget_learned(learned_id=learned.pk, by=person("mei"))
