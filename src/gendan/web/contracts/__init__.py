"""Pages of contracts: papers, terms, letters of credit, the letterhead and the clause library."""

from gendan.web.contracts import letters, library, papers, terms

urlpatterns = [
    *papers.urlpatterns,
    *terms.urlpatterns,
    *letters.urlpatterns,
    *library.urlpatterns,
]
