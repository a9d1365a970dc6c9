"""One listener for all facts: the rules say who hears of them."""

from importlib import import_module

from django.apps import apps

from gendan.kernel.journal import FACTS, Fact, listens
from gendan.kernel.models import Entry
from gendan.notices import jobs, rules, services
from gendan.notices.rules_data import SHIPPED

__all__ = ["jobs", "tell"]  # importing the jobs registers them
# Above the reactions of all rooms: a notice does not stand behind a long refresh of journeys.
FIRST = 10


def _known_facts() -> list[type[Fact]]:
    """The facts that rules speak of, whichever rooms they come from."""
    rooms = [app.name for app in apps.get_app_configs() if app.name.startswith("gendan.")]
    more = ["gendan.kernel.webhooks.events", "gendan.kernel.outgoing"]
    for name in [*(f"{room}.events" for room in rooms), *more]:
        try:
            import_module(name)
        except ModuleNotFoundError as error:
            if error.name != name:
                raise
    wanted = set(SHIPPED) | rules.PROOFS
    return [kind for name, kind in FACTS.items() if name in wanted]


@listens(*_known_facts(), when=rules.is_wanted, priority=FIRST)
def tell(fact: Fact, entry: Entry) -> None:
    """Who must know hears of it; what it proves is no longer asked for."""
    services.tell_of(entry_id=entry.pk)
