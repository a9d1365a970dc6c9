"""Copies the third-party parts of the pages from node_modules to web/assets/vendor.

Run by ./start and ./check after `npm ci` (or by hand: python -m gendan.web.build_assets). Nothing
third-party is committed; what is copied, and the icons of icons.txt, is all a browser ever gets.
"""

import hashlib
import re
import shutil
import sys
from pathlib import Path

WEB_DIR = Path(__file__).resolve().parent
PROJECT_DIR = WEB_DIR.parent.parent.parent
VENDOR_DIR = WEB_DIR / "assets" / "vendor"

COPIED = {
    "tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "tabler.min.js": "@tabler/core/dist/js/tabler.min.js",
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
}
LICENSED = ("@tabler/core", "@tabler/icons", "@popperjs/core", "htmx.org")


class AssetsError(RuntimeError):
    """The assets cannot be built; the message says what is missing."""


def icon_names(listing: str) -> list[str]:
    """The names of icons.txt, without comments, sorted, each once."""
    lines = (line.split("#")[0].strip() for line in listing.splitlines())
    return sorted({line for line in lines if line})


def sprite(names: list[str], icons_dir: Path) -> str:
    """One SVG with each icon as a <symbol>; its id is the name (`filled-star` for a filled one).

    Raises AssetsError naming the icons that do not exist.
    """
    symbols, unknown = [], []
    for name in names:
        style, _, plain = name.rpartition("/")
        path = icons_dir / (style or "outline") / f"{plain}.svg"
        if not path.exists():
            unknown.append(name)
            continue
        drawing = re.sub(r"<!--.*?-->", "", path.read_text("utf-8"), flags=re.DOTALL)
        inner = re.sub(r"\s+", " ", drawing[drawing.index(">", drawing.index("<svg")) + 1 :])
        inner = inner.replace("</svg>", "").replace(
            '<path stroke="none" d="M0 0h24v24H0z" fill="none" />', ""
        )
        symbols.append(
            f'<symbol id="{name.replace("/", "-")}" viewBox="0 0 24 24">{inner.strip()}</symbol>'
        )
    if unknown:
        raise AssetsError("There is no such icon in @tabler/icons: " + ", ".join(unknown))
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


def build(node_modules: Path, target: Path = VENDOR_DIR) -> bool:
    """Fill `target`; tells whether there was anything to do. Raises AssetsError."""
    listing = (WEB_DIR / "icons.txt").read_text("utf-8")
    stamp = _stamp(listing)
    stamp_file = target / ".stamp"
    if stamp_file.exists() and stamp_file.read_text() == stamp:
        return False
    missing = [source for source in COPIED.values() if not (node_modules / source).exists()]
    if missing:
        raise AssetsError("Run `npm ci --ignore-scripts` first; missing: " + ", ".join(missing))
    icons = sprite(icon_names(listing), node_modules / "@tabler" / "icons" / "icons")
    fresh = target.with_name("vendor.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    for name, source in COPIED.items():
        text = (node_modules / source).read_text("utf-8")
        # The maps stay behind, and a reference to a missing file would stop the static storage.
        text = re.sub(r"(?m)^\s*(//|/\*)# sourceMappingURL=.*$", "", text)
        (fresh / name).write_text(text, "utf-8")
    (fresh / "icons.svg").write_text(icons, "utf-8")
    (fresh / "LICENSES.txt").write_text(_licences(node_modules), "utf-8")
    (fresh / ".stamp").write_text(stamp)
    shutil.rmtree(target, ignore_errors=True)
    fresh.rename(target)
    return True


def is_current() -> bool:
    """Whether the assets fit the present lock and icons, so that nothing needs to be fetched."""
    stamp_file = VENDOR_DIR / ".stamp"
    listing = (WEB_DIR / "icons.txt").read_text("utf-8")
    return stamp_file.exists() and stamp_file.read_text() == _stamp(listing)


def _stamp(listing: str) -> str:
    lock = PROJECT_DIR / "package-lock.json"
    parts = [Path(__file__).read_bytes(), listing.encode(), lock.read_bytes()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def _licences(node_modules: Path) -> str:
    texts = []
    for package in LICENSED:
        found = sorted((node_modules / package).glob("LICENSE*"))
        text = found[0].read_text("utf-8") if found else "MIT License (see its package.json)\n"
        texts.append(f"== {package} ==\n{text}")
    return "\n".join(texts)


def main() -> int:
    """Build and say what happened."""
    try:
        changed = build(PROJECT_DIR / "node_modules")
    except AssetsError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write("Assets built.\n" if changed else "Assets are up to date.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
