"""How good forecasts are and what they cost.

    .venv/bin/python benchmarks/forecast.py DIR [--items 10000] [--seed 1]

DIR holds m3_given.json (series with what came after: "x", "xx", "h"), m3_reference_errors.csv and
carparts_given.csv. Prints JSON lines: sMAPE and MASE on the M3 series by period beside the errors
of other methods on the same series; MASE on intermittent parts (the last twelve months held back)
beside SBA; CPU seconds for as many items as a company has, half of them intermittent, three to ten
years of months each.
"""

import argparse
import csv
import json
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src")]

import numpy as np  # noqa: E402

from gendan.engine.forecast import forecast, is_library_installed  # noqa: E402
from gendan.engine.forecast.methods import sba  # noqa: E402

SEASONS = {"MONTHLY": 12, "QUARTERLY": 4, "YEARLY": 1, "OTHER": 1}
HELD_BACK = 12


def say(what: str, **figures: Any) -> None:
    drawn = {key: round(one, 3) if isinstance(one, float) else one for key, one in figures.items()}
    print(json.dumps({"what": what, **drawn}), flush=True)


def smape(actual: np.ndarray, expected: np.ndarray) -> float:
    return float(200 * np.mean(np.abs(actual - expected) / (np.abs(actual) + np.abs(expected))))


def mase(known: np.ndarray, actual: np.ndarray, expected: np.ndarray, season: int) -> float:
    scale = np.abs(known[season:] - known[:-season]).mean()
    return float(np.abs(actual - expected).mean() / scale)


def m3(folder: Path) -> None:
    series = json.loads((folder / "m3_given.json").read_text())
    with (folder / "m3_reference_errors.csv").open() as file:
        reference = {row["id"]: row for row in csv.DictReader(file)}
    ours: dict[str, list[tuple[float, float]]] = defaultdict(list)
    chosen: Counter[str] = Counter()
    for one in series:
        known, actual = np.array(one["x"]), np.array(one["xx"])
        season = SEASONS[one["period"]]
        found = forecast(known, one["h"], season)
        chosen[found.method] += 1
        expected = np.array(found.mean)
        ours[one["period"]].append((smape(actual, expected), mase(known, actual, expected, season)))
    for period, errors in ours.items():
        ids = [one["id"] for one in series if one["period"] == period]
        others = {
            name: round(float(np.mean([float(reference[key][name]) for key in ids])), 3)
            for name in next(iter(reference.values()))
            if name != "id"
        }
        ours_smape, ours_mase = (float(one) for one in np.mean(errors, axis=0))
        say(f"m3_{period.lower()}", series=len(ids), smape=ours_smape, mase=ours_mase, **others)
    say("m3_methods", **dict(chosen.most_common()))


def parts(folder: Path) -> None:
    ours, other = [], []
    for known, actual in _parts(folder):
        if (np.diff(known) == 0).all():
            continue
        expected = np.array(forecast(known, HELD_BACK).mean)
        ours.append(mase(known, actual, expected, 1))
        other.append(mase(known, actual, sba(known, HELD_BACK), 1))
    say("parts", series=len(ours), mase=float(np.mean(ours)), sba_mase=float(np.mean(other)))


def _parts(folder: Path) -> list[tuple[np.ndarray, np.ndarray]]:
    with (folder / "carparts_given.csv").open() as file:
        rows = [np.array([float(one) for one in row[1:]]) for row in list(csv.reader(file))[1:]]
    return [(row[:-HELD_BACK], row[-HELD_BACK:]) for row in rows]


def cost(folder: Path, items: int, seed: int) -> None:
    """Histories like those of the files, each with its own noise, level and length."""
    rng = np.random.default_rng(seed)
    monthly = [
        np.array(one["x"])
        for one in json.loads((folder / "m3_given.json").read_text())
        if one["period"] == "MONTHLY"
    ]
    few = [known for known, _actual in _parts(folder)]
    histories = []
    for number in range(items):
        pool = few if number % 2 else monthly
        one = pool[int(rng.integers(len(pool)))]
        one = one[-int(rng.integers(36, 121)) :]
        histories.append(one * rng.uniform(0.8, 1.2, len(one)) * rng.uniform(0.1, 10))
    forecast(histories[0])  # the library is loaded once per worker
    begin = time.process_time()
    for one in histories:
        forecast(one)
    say("cost", items=items, cpu_s=time.process_time() - begin, horizon=12)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--items", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    say("library", is_installed=is_library_installed())
    m3(given.folder)
    parts(given.folder)
    cost(given.folder, given.items, given.seed)


if __name__ == "__main__":
    main()
