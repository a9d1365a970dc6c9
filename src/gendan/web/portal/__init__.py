"""The outside's pages: links without an account, phone first, in the reader's language.

A purpose registers the page behind its links:

    @opens("accept_contract")
    def contract(request, link):      # GET shows, POST asks a verb; `link` is alive, perhaps used
        ...
        return render_portal(request, "portal/contract.html", {...}, link=link)

Whatever the view shows must come from `link.about` alone: nothing of the address but the token is
trusted. A verb that acts on behalf of the reader takes the token, finds the link with
`links.find_link(token, lock=True)`, compares `link.binding`, and calls `links.use_link(link)`.
"""

from gendan.web.portal import papers as papers
from gendan.web.portal import purchases as purchases
from gendan.web.portal import questions as questions
from gendan.web.portal import quotations as quotations
from gendan.web.portal.door import opens as opens
from gendan.web.portal.door import render_portal as render_portal
from gendan.web.portal.door import token_of as token_of
from gendan.web.portal.door import url_of_token as url_of_token
from gendan.web.portal.door import urlpatterns as urlpatterns
