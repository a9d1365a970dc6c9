"""A paper that came back signed in another way."""

import datetime as dt

import pytest

from gendan.contracts.services import send_paper_for_acceptance
from gendan.contracts.services.accepting import accept_by_link, record_acceptance
from gendan.contracts.tests.accepted import PDF, paper, token_of
from gendan.followup.models import Evidence
from gendan.kernel import clock, journal, reactions
from gendan.kernel.errors import DomainError, Invalid
from gendan.kernel.models import Mail
from gendan.testing.cast import person
from gendan.testing.make import followup as make
from gendan.testing.make import masters

pytestmark = pytest.mark.django_db


def test_the_signed_copy_is_the_proof_and_the_link_ends() -> None:
    found = paper()
    send_paper_for_acceptance(paper_id=found.pk, by=person("mei"))
    proof = record_acceptance(
        paper_id=found.pk,
        name="Anna Schmidt",
        accepted_on=clock.today(),
        content=PDF + b"signed",
        file_name="../signed.pdf",
        by=person("mei"),
    )
    assert (proof.way, proof.copy_name, proof.recorded_by) == ("copy", "signed.pdf", person("mei"))
    with pytest.raises(DomainError):
        accept_by_link(token=token_of(), name="A", is_confirmed=True, sha256=found.sha256)
    reactions.run_due()
    proof.refresh_from_db()
    assert proof.record is not None
    assert not Mail.objects.filter(kind="acceptance").exists()
    assert journal.timeline(found)[0].data["way"] == "copy"


@pytest.mark.parametrize(
    "given",
    [
        {"name": ""},
        {"name": "x" * 121},
        {"accepted_on": dt.date(2090, 1, 1)},
        {"accepted_on": dt.date(2000, 1, 1)},
        {"content": None},
        {"content": b""},
    ],
)
def test_it_refuses_what_is_no_proof(given: dict[str, object]) -> None:
    values: dict[str, object] = {
        "name": "Anna",
        "accepted_on": clock.today(),
        "content": PDF,
        "file_name": "a.pdf",
    }
    with pytest.raises(Invalid):
        record_acceptance(paper_id=paper().pk, **values | given, by=person("mei"))  # type: ignore[arg-type]


def test_the_contracts_milestone_closes_by_it() -> None:
    make.template(
        (
            make.step("signed", 3, owner_role="merchandiser", waits_for="customer",
                      evidence=Evidence.CONTRACT_ACCEPTED),
            make.step("ex_works", 10, {"signed": 0}, anchor="ex_works"),
        )
    )  # fmt: skip
    journey = make.followed()
    masters.contact("C-1", email="anna@example.com", is_main=True)
    found = paper(journey.order)
    record_acceptance(
        paper_id=found.pk,
        name="Anna",
        accepted_on=clock.today(),
        content=PDF,
        file_name="a.pdf",
        by=person("mei"),
    )
    reactions.run_due()
    assert make.milestone(journey, "signed").state == "reached"
