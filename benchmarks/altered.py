"""Reads real pictures as people send them on: smaller, larger, packed harder, darker, cropped, in a chat, on a phone.

python benchmarks/altered.py [--images DIR] [--only chat,phone] [--wrong]

DIR holds pictures beside their truth (.json), as ../shared/images does. The alterations are computed, no photographs.
Prints a row of marks for each; `--wrong` names the pictures that lost something besides.
"""

from __future__ import annotations

import argparse
import io
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from PIL import Image, ImageEnhance

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from benchmarks.marks import NoScorerError, mark
from ocr.pool import read_picture, warm_reader

_HERE = Path(__file__).resolve().parent
REAL = _HERE.parent.parent / "shared" / "images"
_CHAT, _PHONE = (49, 51, 56), (30, 31, 34)  # the grounds of dark pages
_UPRIGHT = 1080  # pixels of width


def encoded(image: Image.Image, kind: str, quality: int = 80) -> bytes:
    """The image as a file; `quality` is of JPEG and WebP."""
    data = io.BytesIO()
    image.save(data, kind, quality=quality)
    return data.getvalue()


def _scaled(image: Image.Image, by: float) -> Image.Image:
    return image.resize((round(image.width * by), round(image.height * by)), Image.Resampling.LANCZOS)


def _cropped(image: Image.Image) -> Image.Image:
    """By hand: not to the pixel."""
    width, height = image.size
    return image.crop((width // 40, height // 40, width - width // 60, height - height // 60))


def _in_chat(image: Image.Image) -> Image.Image:
    page = Image.new("RGB", (image.width + 400, image.height + 420), _CHAT)
    page.paste(image, (90, 140))
    return page


def _on_phone(image: Image.Image) -> Image.Image:
    """Across an upright page."""
    small = _scaled(image, _UPRIGHT / image.width)
    page = Image.new("RGB", (_UPRIGHT, max(1900, small.height + 700)), _PHONE)
    page.paste(small, (0, 600))
    return page


def _dark(image: Image.Image) -> Image.Image:
    return ImageEnhance.Contrast(ImageEnhance.Brightness(image).enhance(0.75)).enhance(0.85)


ALTERATIONS: Mapping[str, Callable[[Image.Image], bytes]] = {
    "as it is": lambda image: encoded(image, "PNG"),
    "0.7 of the size": lambda image: encoded(_scaled(image, 0.7), "PNG"),
    "half the size": lambda image: encoded(_scaled(image, 0.5), "PNG"),
    "1.5 of the size, JPEG 85": lambda image: encoded(_scaled(image, 1.5), "JPEG", 85),
    "JPEG 45": lambda image: encoded(image, "JPEG", 45),
    "0.85 of the size, WebP 70": lambda image: encoded(_scaled(image, 0.85), "WEBP", 70),
    "darker": lambda image: encoded(_dark(image), "PNG"),
    "cropped a little, JPEG 75": lambda image: encoded(_cropped(image), "JPEG", 75),
    "in a chat, JPEG 80": lambda image: encoded(_in_chat(image), "JPEG", 80),
    "on an upright phone": lambda image: encoded(_on_phone(image), "PNG"),
}
_COLUMNS = (
    ("rows found", "found", "rows"), ("scores right", "scores_right", "rows"), ("names right", "names_right", "rows"),
    ("+N right", "points_right", "points"), ("totals right", "totals_right", "totals"),
)  # fmt: skip
_COUNTS = ("silent", "silent_points", "wrong_doubted", "right_doubted", "extra", "refused_wrong", "accepted_wrong")


def pictures(folder: Path) -> Iterator[tuple[Path, dict[str, object]]]:
    """Pictures and their truths, in order of their names."""
    for path in sorted(folder.rglob("*.json")):
        truth = json.loads(path.read_text(encoding="utf-8"))
        if "image" in truth:
            yield path.parent / truth["image"], truth


def measure(folder: Path, alter: Callable[[Image.Image], bytes]) -> tuple[Counter[str], list[str]]:
    """The marks of all pictures, and a line for each that lost something."""
    every: Counter[str] = Counter()
    lost = []
    for path, truth in pictures(folder):
        with Image.open(path) as image:
            data = alter(image.convert("RGB"))
        counted, _ = mark(truth, json.loads(json.dumps(read_picture(data).to_json())), path.parent.name)
        every.update(counted)
        wrong = {name: counted[name] for name in _COUNTS if counted[name] and name != "right_doubted"}
        if counted["found"] < counted["rows"]:
            wrong["lost"] = counted["rows"] - counted["found"]
        if wrong:
            lost.append(f"  {path.parent.name}/{path.name}: " + ", ".join(f"{name} {n}" for name, n in wrong.items()))
    return every, lost


def line(name: str, counted: Counter[str]) -> str:
    """A row of the table."""
    shares = (f"{counted[right]} of {counted[all_]}" for _, right, all_ in _COLUMNS)
    return f"| {name} | " + " | ".join([*shares, *(str(counted[count]) for count in _COUNTS)]) + " |"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=Path, default=REAL)
    parser.add_argument("--only", help="a part of the alterations' names, with commas between; default: all")
    parser.add_argument("--wrong", action="store_true", help="name the pictures that lost something")
    options = parser.parse_args()
    chosen = options.only.split(",") if options.only else [""]
    warm_reader()
    heads = ["", *(head for head, _, _ in _COLUMNS), *(count.replace("_", " ") for count in _COUNTS)]
    print("| " + " | ".join(heads) + " |\n|" + " --- |" * len(heads))
    for name, alter in ALTERATIONS.items():
        if any(part in name for part in chosen):
            try:
                counted, lost = measure(options.images, alter)
            except NoScorerError as problem:
                print(problem, file=sys.stderr)
                return 1
            print(line(name, counted), *(lost if options.wrong else ()), sep="\n", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
