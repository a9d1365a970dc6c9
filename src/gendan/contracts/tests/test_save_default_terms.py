"""Default duties: refusals (what they do is told in test_save_terms)."""

import pytest

from gendan.contracts import services
from gendan.kernel.errors import Invalid, NotAllowed, NotThere
from gendan.testing.cast import person
from gendan.testing.make import masters

pytestmark = pytest.mark.django_db


def test_it_refuses_the_wrong_role_and_unknown_customers() -> None:
    terms = services.TermsData(claims_days=20)
    with pytest.raises(NotAllowed):
        services.save_default_terms(terms=terms, by=person("mei"))
    for wrong in (0, masters.supplier().pk):
        with pytest.raises(NotThere):
            services.save_default_terms(terms=terms, customer_id=wrong, by=person("zhao"))
    with pytest.raises(Invalid):
        services.save_default_terms(terms=services.TermsData(claims_days=-1), by=person("zhao"))


def test_saving_again_changes_the_same_row() -> None:
    first = services.save_default_terms(terms=services.TermsData(claims_days=20), by=None)
    again = services.save_default_terms(terms=services.TermsData(claims_days=30), by=None)
    assert first.pk == again.pk
    assert again.claims_days == 30
