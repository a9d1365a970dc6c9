"""How well, how fast and in how much memory scans and faxes are read: one JSON object per sample.

    .venv/bin/python benchmarks/ocr.py [NAME ...]

Every sample is made from an order that is known and read by a process of its own, as the worker
does; CPU seconds and peak memory are that process's, from its start. The last line sums up.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))


def measure(name: str) -> dict[str, object]:
    """Read one sample in another process."""
    from gendan.engine.reading.tests.fax_maker import fax

    sample = fax(name)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / sample.name
        path.write_bytes(sample.data)
        answer = path.with_suffix(".expected.json")
        answer.write_text(json.dumps(sample.answer), encoding="utf-8")
        run = subprocess.run(
            [sys.executable, __file__, "--read", str(path)],
            env=os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    if run.returncode:
        return {"sample": name, "failed": run.stderr[-400:]}
    return {"sample": name, **json.loads(run.stdout)}


def read(path: Path) -> None:
    """In the other process: read, score, and say what it took."""
    from gendan.engine.reading import read_document
    from gendan.engine.reading.tests.scoring import score_document

    documents = read_document(path.read_bytes(), filename=path.name).as_json()["documents"]
    used = resource.getrusage(resource.RUSAGE_SELF)
    answer = json.loads(path.with_suffix(".expected.json").read_text(encoding="utf-8"))
    score = score_document(answer, documents[0])  # type: ignore[index]
    print(
        json.dumps(
            {
                "fields": score.fields,
                "accuracy_percent": round(score.accuracy, 1),
                "silent_errors": score.silent,
                "doubts": len(documents[0]["doubts"]),  # type: ignore[index]
                "cpu_seconds": round(used.ru_utime + used.ru_stime, 1),
                "peak_mb": round(used.ru_maxrss / 1024),
                "right": score.right,
                "notes": score.notes[:12],
            },
            ensure_ascii=False,
        )
    )


def main() -> None:
    """Print a line per sample, then the sum."""
    from gendan.engine.reading.tests.fax_maker import RECIPES

    if sys.argv[1:2] == ["--read"]:
        read(Path(sys.argv[2]))
        return
    right = fields = silent = 0
    for name in sys.argv[1:] or RECIPES:
        result = measure(name)
        print(json.dumps(result, ensure_ascii=False), flush=True)
        right += int(str(result.get("right", 0)))
        fields += int(str(result.get("fields", 0)))
        silent += int(str(result.get("silent_errors", 0)))
    share = round(100 * right / max(1, fields), 1)
    print(json.dumps({"fields": fields, "accuracy_percent": share, "silent_errors": silent}))


if __name__ == "__main__":
    main()
