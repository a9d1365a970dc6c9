"""Matching: exact beats fuzzy, equal candidates are a doubt, other numbers are other things."""

import pytest

from gendan.engine.matching import (
    CompanyCandidate,
    CompanyQuery,
    ItemCandidate,
    ItemQuery,
    Matched,
    match_company,
    match_items,
)
from gendan.engine.plain_words import Nearness, company_words, has_initials, plain, squeezed
from gendan.engine.unit_words import unit_spellings

HINGE = ItemCandidate(
    key=1, codes=("HW-1001",), models=("H100",), names=("Steel hinge 100 mm", "不锈钢合页"),
    gtin="06901234567892", their_codes=("ABC-77",), their_names=("Scharnier 100",),
)  # fmt: skip
BOLT_30 = ItemCandidate(key=2, codes=("B-830",), names=("Hex bolt M8x30", "六角螺栓 M8×30"))
BOLT_40 = ItemCandidate(key=3, codes=("B-840",), names=("Hex bolt M8x40", "六角螺栓 M8×40"))
POLO_L = ItemCandidate(
    key=4, codes=("PS-1-NAVY-L",), names=("Polo shirt", "男式球衣"), traits=("navy", "L")
)
POLO_M = ItemCandidate(
    key=5, codes=("PS-1-NAVY-M",), names=("Polo shirt", "男式球衣"), traits=("navy", "M")
)
SPRING = ItemCandidate(key=6, codes=("SP-1",), names=("Compression spring", "压缩弹簧"))
ITEMS = [HINGE, BOLT_30, BOLT_40, POLO_L, POLO_M, SPRING]


def item(**words: str) -> Matched:
    return match_items([ItemQuery(**words)], ITEMS)[0]


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ({"buyer_code": "abc77"}, "customers_code"),
        ({"seller_code": "ＨＷ－１００１"}, "our_code"),
        ({"gtin": "6901234567892"}, "gtin"),
        ({"seller_code": "H 100"}, "model"),
        ({"description": "SCHARNIER 100"}, "customers_name"),
        ({"description": "不鏽鋼合頁"}, "name"),
        ({"learned_code": "HW-1001", "description": "whatever they call it"}, "learned"),
    ],
)
def test_an_exact_mark_is_certain(words: dict[str, str], reason: str) -> None:
    matched = item(**words)
    assert matched.is_certain
    assert matched.best is not None
    assert (matched.best.key, matched.best.reason) == (1, reason)


def test_an_exact_code_beats_a_similar_name() -> None:
    matched = item(seller_code="B-830", description="Hex bolt M8x40 zinc plated")
    assert matched.best is not None
    assert matched.best.key == 2


def test_marks_that_contradict_each_other_are_a_doubt() -> None:
    matched = item(seller_code="B-830", gtin="6901234567892")
    assert matched.doubt == "contradiction"
    assert {match.key for match in matched.alternatives} == {1, 2}


def test_a_similar_name_is_proposed_but_never_certain() -> None:
    matched = item(description="Steel hinges, 100mm")
    assert matched.best is not None
    assert matched.best.key == 1
    assert matched.doubt == "similar"


def test_different_numbers_are_different_things() -> None:
    matched = item(description="Hex bolt M8x35")
    assert matched.best is None
    assert {2, 3} <= {match.key for match in matched.alternatives}


def test_two_equal_candidates_are_a_doubt() -> None:
    matched = item(description="Polo shirt navy")
    assert matched.best is None
    assert matched.doubt == "several"
    assert item(description="Polo shirt, navy, L").best is not None


def test_a_chinese_name_inside_a_longer_one_is_found() -> None:
    matched = item(description="壓縮彈簧（定制）")
    assert matched.best is not None
    assert (matched.best.key, matched.doubt) == (6, "similar")


def test_nothing_alike_is_no_match() -> None:
    matched = item(description="Ocean freight surcharge")
    assert (matched.best, matched.doubt) == (None, "none")
    assert item().doubt == "none"


ACME = CompanyCandidate(
    key=1, code="C0001", names=("ACME Trading GmbH",), gln="4012345000009",
    tax_number="DE 123", addresses=("buyer@acme.example",),
)  # fmt: skip
HAISHENG = CompanyCandidate(key=2, code="C0002", names=("Haisheng", "宁波海晟机电有限公司"))
ACME_UK = CompanyCandidate(key=3, code="C0003", names=("Acme Trading Ltd.",))
OTHER = CompanyCandidate(
    key=4, code="C0004", names=("Orion Retail B.V.",), addresses=("anna@gmail.com",)
)
COMPANIES = [ACME, HAISHENG, OTHER]


@pytest.mark.parametrize(
    ("query", "key", "reason"),
    [
        (CompanyQuery(gln="4012345000009"), 1, "gln"),
        (CompanyQuery(tax_number="de123"), 1, "tax_number"),
        (CompanyQuery(name="Acme Trading"), 1, "name"),
        (CompanyQuery(sender="Buyer@ACME.example"), 1, "address"),
        (CompanyQuery(name="寧波海晟機電有限責任公司"), 2, "name"),
        (CompanyQuery(name="x", learned_keys=(4,)), 4, "learned"),
        (CompanyQuery(name="ORION RETAIL BV"), 4, "name"),
    ],
)
def test_a_customer_is_known_by_its_marks(query: CompanyQuery, key: int, reason: str) -> None:
    matched = match_company(query, COMPANIES)
    assert matched.is_certain
    assert matched.best is not None
    assert (matched.best.key, matched.best.reason) == (key, reason)


def test_a_domain_is_a_proposal_and_a_free_provider_is_none() -> None:
    matched = match_company(CompanyQuery(sender="other@acme.example"), COMPANIES)
    assert matched.best is not None
    assert (matched.best.key, matched.doubt) == (1, "similar")
    assert match_company(CompanyQuery(sender="bob@gmail.com"), COMPANIES).best is None


def test_initials_of_a_chinese_name_are_understood() -> None:
    assert has_initials("NBHCJD", "宁波海晟机电有限公司")
    assert has_initials("nbhs", "宁波海晟机电有限公司")
    assert not has_initials("nbhx", "宁波海晟机电有限公司")
    assert not has_initials("nbh", "宁波海晟机电有限公司")
    matched = match_company(CompanyQuery(name="nbhsjd"), COMPANIES)
    assert matched.best is not None
    assert (matched.best.key, matched.doubt) == (2, "similar")


def test_two_companies_of_the_same_name_are_a_doubt() -> None:
    matched = match_company(CompanyQuery(name="ACME Trading"), [*COMPANIES, ACME_UK])
    assert (matched.best, matched.doubt) == (None, "several")


def test_a_letter_in_the_name_of_somebody_else_is_a_doubt() -> None:
    query = CompanyQuery(name="Orion Retail B.V.", sender="buyer@acme.example")
    assert match_company(query, COMPANIES).doubt == "contradiction"
    stranger = CompanyQuery(name="Quite Another S.p.A.", sender="buyer@acme.example")
    assert match_company(stranger, COMPANIES).doubt == "contradiction"


def test_spelling_is_made_plain() -> None:
    assert plain("Ｍ８×30  Café") == "m8 30 cafe"
    assert squeezed("GB-45 555") == squeezed("gb45555")
    assert company_words("Bianchi S.p.A.") == "bianchi"
    assert company_words("无锡智能自控工程股份有限公司") == "无锡智能自控工程"
    assert company_words("Co., Ltd.") == "co"


def test_words_of_units() -> None:
    pieces = unit_spellings("PCS", "C62", ("piece", "个"))
    assert {"pcs", "件", "c62", "ea"} <= pieces
    assert "set" not in pieces


def test_the_nearest_names_share_the_most_telling_words() -> None:
    names = [(n, (f"X-{n}", f"cotton shirt number {n}", "棉衬衫")) for n in range(100)]
    names += [
        (500, ("SP-1", "compression spring", "压缩弹簧")),
        (501, ("", "springs, box of 9", "")),
    ]
    near = Nearness(names)
    assert near.nearest(["Spring, compressed"], 2) == [500, 501]
    assert near.nearest(["壓縮彈簧定制"], 1) == [500]
    assert near.nearest(["SP1"], 5) == [500]
    assert near.nearest(["shirt 77"], 1) == [77]
    assert near.nearest(["", "nothing alike"], 3) == []
