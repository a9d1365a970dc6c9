"""Checks everything: format, lint, types, imports, migrations, words, and all tests."""

import argparse
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import prepare

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAIL_SERVER = "/usr/sbin/dovecot"
BIN = prepare.VENV / "bin"
# What is checked without running the product; two at a time, in this order.
STATIC_CHECKS: dict[str, list[str]] = {
    "types": ["mypy"],
    "format": ["ruff", "format", "--check", "--quiet", "."],
    "lint": ["ruff", "check", "--quiet", "."],
    "templates": ["djlint", "src/gendan/web/templates", "--lint", "--quiet"],
    "imports": ["lint-imports"],
    "settings": ["python", "-W", "ignore", "-m", "django", "check", "--fail-level", "WARNING"],
    "migrations": [
        *("python", "-W", "ignore", "-m", "django", "makemigrations", "--check", "--dry-run"),
    ],
    "words": ["gendan", "words", "check"],
}


def main() -> int:
    """Run all checks; 0 when nothing is wrong. The last lines are pytest's own summary."""
    parser = argparse.ArgumentParser(prog="./check", description="Check everything.")
    parser.add_argument("--fast", action="store_true", help="leave the browser tests out")
    parser.add_argument("--coverage", action="store_true", help="tell which lines no test ran")
    parser.add_argument("tests", nargs="*", help="arguments for pytest instead of all tests")
    arguments = parser.parse_args()
    os.chdir(prepare.ROOT)
    _give_programs_a_home()
    try:
        prepare.prepare(["core", "dev", "forecast", "optimise"])
    except prepare.PreparationError as error:
        print(error, file=sys.stderr)
        return 1
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    os.environ["PYTHONPATH"] = str(prepare.ROOT)
    failed: list[str] = []
    with ThreadPoolExecutor(max_workers=3) as pool:
        found = pool.submit(_find_programs, fast=arguments.fast)
        failed += _static_checks(pool)
        if chromium := found.result():
            os.environ["GENDAN_CHROMIUM"] = chromium
    if not arguments.fast and "GENDAN_CHROMIUM" not in os.environ:
        failed.append("browser")
        print("No Chromium could be found or installed: the browser tests cannot run.")
    if not Path(MAIL_SERVER).exists():
        failed.append("mail server")
        print("No Dovecot could be found or installed (package dovecot-imapd): its tests fail.")
    subprocess.run([BIN / "gendan", "words", "compile"], check=True)
    if failed:
        print(f"\nFAILED before the tests: {', '.join(failed)} (see above)\n", flush=True)
    wrong = _tests(arguments.tests, fast=arguments.fast, coverage=arguments.coverage)
    return wrong or (1 if failed else 0)


def _give_programs_a_home() -> None:
    """Chromium and others want a home to write to."""
    home = Path(os.environ.get("HOME") or "/nonexistent")
    if not (home.is_dir() and os.access(home, os.W_OK)):
        home = prepare.VAR.resolve() / "home"
        home.mkdir(parents=True, exist_ok=True)
        os.environ["HOME"] = str(home)


def _static_checks(pool: ThreadPoolExecutor) -> list[str]:
    """The names of the checks that failed; prints what they said."""
    running: dict[str, Future[tuple[int, str, float]]] = {
        name: pool.submit(_run, command) for name, command in STATIC_CHECKS.items()
    }
    failed = []
    for name, future in running.items():
        code, output, seconds = future.result()
        print(f"  {name}: {'ok' if code == 0 else 'FAILED'} ({seconds:.1f} s)", flush=True)
        if code != 0:
            failed.append(name)
            print(output.rstrip(), flush=True)
    return failed


def _run(command: Sequence[str]) -> tuple[int, str, float]:
    began = time.monotonic()
    done = subprocess.run(
        [str(BIN / command[0]), *command[1:]],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    return done.returncode, done.stdout, time.monotonic() - began


def _find_programs(*, fast: bool) -> str:
    """The mail server and the browser that tests need, one after the other; the browser's path."""
    if not Path(MAIL_SERVER).exists():
        print("  Dovecot …", flush=True)
        _install("dovecot-imapd")
    return "" if fast else _find_browser()


def _install(package: str) -> bool:
    """Install a program of the system where that is possible; tells whether it was tried."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "update", "-q"],
        ["apt-get", "install", "-qy", "--no-install-recommends", package],
    ):
        subprocess.run(
            command,
            env=quiet,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )
    return True


def _find_browser() -> str:
    """The path of a Chromium, installed if there is none; empty if that fails."""
    if found := _installed_browser():
        return found
    print("  Chromium …", flush=True)
    if _install("chromium") and (found := _installed_browser()):
        return found
    browsers = prepare.VAR.resolve() / "browsers"
    os.environ["PLAYWRIGHT_BROWSERS_PATH"] = str(browsers)
    _code, output, _seconds = _run(["playwright", "install", "chromium"])
    for pattern in ("chromium-*/chrome-*/chrome", "chromium-*/chrome-*/*.app/Contents/MacOS/*"):
        for path in sorted(browsers.glob(pattern)):
            return str(path)
    print(output, flush=True)
    return ""


def _installed_browser() -> str:
    given = os.environ.get("GENDAN_CHROMIUM", "")
    if given and Path(given).exists():
        return given
    return next((path for name in BROWSERS if (path := shutil.which(name))), "")


def _tests(chosen: Sequence[str], *, fast: bool, coverage: bool) -> int:
    left_out = "not slow and not browser" if fast else "not slow"
    # No run is left hanging: what is not done in 75 minutes is told and the rest left out.
    command = [str(BIN / "pytest"), "-q", "-m", left_out, "--session-timeout=4500"]
    command += chosen or ["-n", "2", "--dist", "loadfile", "--durations=15"]
    if coverage:  # asked for only: watching every line makes the tests half as dear again
        (prepare.VAR / "coverage").mkdir(parents=True, exist_ok=True)
        command += ["--cov=gendan", "--cov-report=term"]
    return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
