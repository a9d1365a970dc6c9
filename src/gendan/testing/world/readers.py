"""The simulated people read what concerns them: most of it within the day, a little of it late."""

import datetime as dt
import random
from collections import defaultdict
from collections.abc import Mapping

from gendan.kernel import clock
from gendan.kernel.models import User
from gendan.notices.models import Notice
from gendan.notices.services import acknowledge_notices, escalate_due, finish_notices

# Who looks how surely when there is time to look (twice a day).
CAREFUL = 0.75
CARELESS = {"gang": 0.35, "lin": 0.45, "zhao": 0.5}
EVENING = 0.35  # of that, before going home
DOES_IT_AT_ONCE = 0.8
MOST = 300  # looked through at one sitting


class Readers:
    """The company's people before their lists of notices; the same day reads the same."""

    def __init__(self, seed: int, people: Mapping[str, User]) -> None:
        self.seed = seed
        self.listen = True  # whether anybody is told of anything
        self.people = {user.pk: user for user in people.values() if not user.is_outside}

    def read(self, day: dt.date) -> None:
        """Everybody who finds the time reads, and says what is done."""
        if not self.listen:
            return
        escalate_due()
        hour = clock.now().astimezone(clock.zone()).hour
        surely = EVENING if hour >= 16 else 1.0
        # Of its own, so that reading changes nothing of what else happens in this world.
        rng = random.Random(f"{self.seed} {day} {hour}")  # noqa: S311
        unread, duties = defaultdict(list), defaultdict(list)
        rows = Notice.objects.filter(user__in=self.people, read_at__isnull=True)
        for pk, user_id in rows.filter(head__isnull=True).order_by("pk").values_list("pk", "user"):
            unread[user_id].append(pk)
        by_hand = Notice.objects.filter(
            user__in=self.people, must_act=True, acted_at__isnull=True, is_by_hand=True
        )
        for pk, user_id in by_hand.order_by("pk").values_list("pk", "user"):
            duties[user_id].append(pk)
        for user_id, user in self.people.items():
            if rng.random() >= CARELESS.get(user.username, CAREFUL) * surely:
                continue
            found = unread[user_id][:MOST]
            if len(found) > 3 and rng.random() < 0.3:
                found.pop()  # called away
            if found:
                acknowledge_notices(notice_ids=found, by=user)
            done = [pk for pk in duties[user_id][:MOST] if rng.random() < DOES_IT_AT_ONCE]
            if done:
                finish_notices(notice_ids=done, by=user)
