"""A program that reads a mailbox in processes of its own: for tests that kill them.

Each line on standard input begets one that reads for ever; its number is written to standard
output. Django is loaded once, before.
"""

import json
import os
import signal
import sys
import time

import django


def main() -> None:
    """Read mailbox argv[1] in the database and with the settings that the test names."""
    given = json.loads(os.environ["GENDAN_TEST_READER"])
    django.setup()
    from django.conf import settings
    from django.db import connection

    settings.DATABASES["default"]["NAME"] = given["database"]
    connection.settings_dict["NAME"] = given["database"]
    settings.PRIVATE_TARGETS = frozenset(given["private"])
    settings.STORAGES["default"]["OPTIONS"]["location"] = given["files"]
    from gendan.mailroom import reading

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the dead are nobody's business
    for _line in sys.stdin:
        child = os.fork()
        if child == 0:
            while True:
                reading.read(int(sys.argv[1]))
                reading.sort_waiting()
                time.sleep(0.01)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
