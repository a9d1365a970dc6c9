"""Starts Gendan on this machine: makes what is missing, then hands over to `gendan up`."""

import argparse
import os
import sys
from typing import NoReturn

import prepare


def main() -> NoReturn:
    """Prepare, then become `gendan up` (which prints the address and waits for Ctrl-C)."""
    parser = argparse.ArgumentParser(
        prog="./start",
        description="Start Gendan. The first start on a machine fetches what is needed (about a "
        "minute) and loads a demo company; DATABASE_URL names another PostgreSQL than the "
        "embedded one. Ctrl-C stops everything.",
    )
    parser.add_argument("--port", type=int, default=8000, help="default: 8000")
    parser.add_argument("--host", default="127.0.0.1", help="0.0.0.0: reachable from elsewhere")
    parser.add_argument("--no-demo", action="store_true", help="begin with an empty company")
    parser.add_argument("--setup-only", action="store_true", help="prepare everything, then exit")
    arguments = parser.parse_args()
    try:
        prepare.prepare(["core", "forecast", "optimise"])
    except prepare.PreparationError as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit(130)
    command = [str(prepare.PYTHON), "-m", "gendan.cli", "up"]
    command += ["--port", str(arguments.port), "--host", arguments.host]
    command += ["--no-demo"] if arguments.no_demo else []
    command += ["--setup-only"] if arguments.setup_only else []
    sys.stdout.flush()
    os.execv(command[0], command)  # noqa: S606


if __name__ == "__main__":
    main()
