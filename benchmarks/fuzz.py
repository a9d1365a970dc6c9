"""Throws mutated order documents at the readers: whatever comes, they answer or refuse in words.

    .venv/bin/pip install --require-hashes -r requirements/fuzz.txt
    .venv/bin/python benchmarks/fuzz.py --seconds 600 [--format csv --format eml …]

Coverage-guided (atheris on libFuzzer), a child process per format, begun with the project's own
samples and with made ones. What fails is kept under var/fuzz/FORMAT/ as crash-…, timeout-… or
oom-…; mended ones go to src/gendan/engine/reading/tests/fuzzed/, where a test reads them all.
One JSON line per format.
"""

import argparse
import io
import json
import re
import subprocess
import sys
import zipfile
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

SAMPLES = ROOT / "samples" / "orders"
KEPT = ROOT / "src/gendan/engine/reading/tests/fuzzed"
VAR = ROOT / "var" / "fuzz"
# Format → file name endings of its samples; the first is the name given to what is made.
FORMATS: dict[str, tuple[str, ...]] = {
    "text": (".txt",),
    "csv": (".csv", ".tsv"),
    "html": (".html",),
    "eml": (".eml",),
    "xml": (".xml",),
    "edifact": (".edi", ".edifact"),
    "x12": (".x12",),
    "xlsx": (".xlsx",),
    "xls": (".xls",),
    "docx": (".docx",),
    "pdf": (".pdf",),
    "image": (".png", ".jpg", ".tif", ".tiff"),
}
# Formats of which the repository holds no files: the family of made samples they come from.
MADE = {"pdf": "pdf", "docx": "docx", "xls": "xls", "image": "scan"}
MOST_MADE = 12
# Recognising the characters of a page takes its time, more so on a busy machine.
SECONDS_PER_FILE = {"pdf": 150, "image": 150}
SECONDS_PER_OTHER_FILE = 25
MEGABYTES = 3000
LONGEST = 200_000


def main() -> int:
    """Fuzz the formats one after the other; 1 when something was found."""
    parser = argparse.ArgumentParser(description="Fuzz the readers of order documents.")
    parser.add_argument("--seconds", type=int, default=60, help="for each format")
    parser.add_argument("--format", action="append", choices=sorted(FORMATS), dest="formats")
    parser.add_argument("--inside", choices=sorted(FORMATS), help=argparse.SUPPRESS)
    arguments, rest = parser.parse_known_args()
    if arguments.inside:
        fuzz_here(arguments.inside, rest)
        return 0
    found = [run(name, arguments.seconds) for name in arguments.formats or FORMATS]
    return 1 if any(found) else 0


def run(name: str, seconds: int) -> int:
    """One format in a process of its own; returns how many inputs failed."""
    folder = VAR / name
    corpus = folder / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for path in seeds(name):
        (corpus / path.name).write_bytes(path.read_bytes()[:LONGEST])
    if not any(corpus.iterdir()):
        sys.stdout.write(json.dumps({"format": name, "skipped": "no samples"}) + "\n")
        return 0
    before = set(failures(folder))
    patience = SECONDS_PER_FILE.get(name, SECONDS_PER_OTHER_FILE)
    done = subprocess.run(
        [
            *(sys.executable, __file__, "--inside", name, str(corpus)),
            *(f"-max_total_time={seconds}", f"-timeout={patience}"),
            *(f"-rss_limit_mb={MEGABYTES}", f"-max_len={LONGEST}", f"-artifact_prefix={folder}/"),
        ],
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    (folder / "log.txt").write_text(done.stdout + done.stderr)
    runs = re.findall(r"#(\d+)\s", done.stderr)
    failed = sorted(set(failures(folder)) - before)
    answer = {"format": name, "seconds": seconds, "runs": int(runs[-1]) if runs else 0}
    answer |= {"code": done.returncode, "failed": [path.name for path in failed]}
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()
    return len(failed)


def failures(folder: Path) -> list[Path]:
    """What was kept because it failed."""
    return [path for path in folder.iterdir() if re.match(r"(?:crash|timeout|oom)-", path.name)]


def seeds(name: str) -> list[Path]:
    """The samples of a format, and what earlier failures left behind."""
    paths = [path for folder in (SAMPLES, KEPT) for path in sorted(folder.rglob("*"))]
    if name in MADE:
        made = sorted(made_samples(MADE[name]).rglob("*"), key=lambda path: path.stat().st_size)
        paths += [path for path in made if path.suffix.lower() in FORMATS[name]][:MOST_MADE]
    return [path for path in paths if path.suffix.lower() in FORMATS[name]]


def made_samples(family: str) -> Path:
    """A folder with the made samples of a family."""
    folder = VAR / "made" / family
    if not folder.exists():
        maker = [sys.executable, str(ROOT / "scripts" / "make_order_samples")]
        subprocess.run([*maker, "--into", str(folder), "--family", family], check=True)
    return folder


def fuzz_here(name: str, options: list[str]) -> None:
    """Run libFuzzer in this process until its time is over or something fails."""
    import atheris

    with atheris.instrument_imports(include=["gendan.engine"]):
        from gendan.engine.reading.tests.keeping import refuse_or_answer

        for package in ("formats", "understanding"):  # which are loaded as late as they can
            folder = ROOT / "src/gendan/engine/reading" / package
            for module in folder.glob("*.py"):
                import_module(f"gendan.engine.reading.{package}.{module.stem}")

    file_name = f"file{FORMATS[name][0]}"

    def one(data: bytes) -> None:
        refuse_or_answer(data, file_name)

    def mutate(data: bytes, size: int, seed: int) -> bytes:
        return inside_archive(data, size, seed, atheris.Mutate)

    special = {"custom_mutator": mutate} if name in ("xlsx", "docx") else {}
    atheris.Setup([sys.argv[0], *options], one, **special)
    atheris.Fuzz()


def inside_archive(data: bytes, size: int, seed: int, mutate: object) -> bytes:
    """Change one member of a ZIP and pack it again: else nothing gets past its check sums."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [(one.filename, archive.read(one)) for one in archive.infolist()[:60]]
        if not members or seed % 10 == 0:
            return mutate(data, size)  # type: ignore[operator, no-any-return]
        chosen = seed % len(members)
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for index, (filename, content) in enumerate(members):
                changed = mutate(content, len(content) + 64) if index == chosen else content  # type: ignore[operator]
                archive.writestr(filename, changed)
        return packed.getvalue() if len(packed.getvalue()) <= size else data
    except Exception:  # a broken archive raises whatever it likes; then it is bytes
        return mutate(data, size)  # type: ignore[operator, no-any-return]


if __name__ == "__main__":
    sys.exit(main())
