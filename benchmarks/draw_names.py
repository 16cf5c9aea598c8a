"""Draws name cells as the games and tables do, reads them, and says per kind of name what was right.

python benchmarks/draw_names.py [--count 1200] [--seed 1] [--out DIR] [--wrong]

Invented names in the fonts this machine has (fonts-noto-cjk, fonts-mplus, fonts-ipafont-gothic, fonts-vlgothic,
fonts-roboto, fonts-open-sans and fonts-lato make it worth most), light or dark, slanted or upright, with outline or
shadow, on bars over scenery, flat or graded papers; 18 to 70 pixels tall, softened and pressed as JPEG. `lost` are
symbols drawn and not read, `invented` symbols read and not drawn, both counted after folding. `--out` keeps the cells.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
import unicodedata
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from benchmarks.table_paint import _covers, _font_files
from mkw.lookalikes import fold
from ocr import texts
from ocr.assemble import best_name
from ocr.both import Readers
from ocr.readers import Cell, CellKind, Pixels

_UPRIGHT = (
    "Mplus1-Medium.otf", "Mplus1-Bold.otf", "Mplus2-Medium.otf", "Mplus2-Bold.otf", "NotoSansCJK-Medium.ttc",
    "NotoSansCJK-Regular.ttc", "NotoSansCJK-Bold.ttc", "ipagp.ttf", "VL-PGothic-Regular.ttf", "Roboto-Regular.ttf",
    "Roboto-Medium.ttf", "Roboto-Bold.ttf", "OpenSans-Semibold.ttf", "OpenSans-Bold.ttf", "Lato-Medium.ttf",
    "DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSansCondensed.ttf", "DejaVuSansMono.ttf",
)  # fmt: skip
_HEAVY = (
    "Mplus1-Black.otf", "Mplus2-Black.otf", "Mplus1-ExtraBold.otf", "NotoSansCJK-Black.ttc", "Lato-BlackItalic.ttf",
    "Roboto-BlackItalic.ttf", "OpenSans-ExtraBoldItalic.ttf", "DejaVuSans-BoldOblique.ttf",
)  # fmt: skip
_WORDS = (
    "Comet Pixel Marlin Willow Juniper Gizmo Nimbus Ember Rook Tango Velvet Quartz Onyx Pogo Zephyr Tulip "
    "Fable Kestrel Lumen Opal Piper Sable Vesper Walnut Acorn Cobalt Drizzle Fjord Gull Haze Iris Jolt Koi "
    "Moss Nova Otter Plum Vine oVo Vox XO Oxo VAVA AVO OO lolo TVTV xXx AAA Jojo SOS zoo JJ vvv l1l1 I7 Tilt "
    "Jill w0w"
)
_TAGS = "AX BQ KT OV VX ZN TA JS MOV XIO DRT QUV oX vT R9 4X M8 IL"
_KANA = (
    "さくら たろう ゆき あおい はると みなと そら りく ほたる すみれ かえで うみの くじら しろくま てんし "
    "よもぎ ミント ソラマメ ハルカ ナツメ リンク アロエ ユキノ サイコロ クマノミ タヌキ ミカン 月夜 花見 天空 "
    "青空 雪国 山猫 海星"
)
_SMALL = (
    "しゃけ きょうと ちゅんた りゅうせい ぽっち みょうが ふぁんた だぁれ やったぁ ねぇね うぃる おぉかみ "
    "にゃんこ シャチ チョコ キャット ジュース ファルコ ウィンド フォレスト トゥルー ロケット ミュウ ティナ "
    "ヴェガ デュラン ハァト ゥララ"
)
_VOICED = (
    "ぱんだ ぴよこ ぷりん ぺんぎん ぽてと ばなな びわ ぶどう べる ぼたん だいず がちょう ぎんが ぐみ げんき "
    "ござる ざくろ パズル ピノコ プリズム ペガサス ポプラ バジル ビーズ ブドウ ベリー ボンゴ ダイヤ ガーベラ "
    "ギター グミ ゲンゴ ゴマ ゼブラ ドンパ"
)
_GREEK = "φίλος Ωmega Δelta Σtar λux ψion θeta πxel Жук Пиксел волна Ядро Юла ёж мир Дым Щука Фея Цапля Бобр"
_ACCENTED = "José Zoé Noël Muñoz Ångel Søren Łukas Ðax bló Vóx Jürgen Çelik çaÿ naïve Škoda Ünal crème Ôrion"
_SYMBOLS = "◇◆※♪▼★☆○●◎□■△▲▽♥♡→←∞〒◇◆※♪★☆"
_JOINS = ("_", ":", "-", ".", "!", "?", "~", "&", "'", "*", "+", "=", "/", "~", "ー", "・", "〜")
CLASSES = ("plain", "kana", "symbol", "marks", "small", "voiced", "greek", "accented")


@dataclass(frozen=True, slots=True)
class Drawn:
    name: str
    kind: str
    pixels: Pixels


def invent(rng: random.Random, kind: str) -> str:
    """A name of one of CLASSES, as a player might wear it."""
    tag, word, kana = (rng.choice(words.split()) for words in (_TAGS, _WORDS, _KANA))
    either = rng.choice((word, kana))
    if kind == "symbol":
        symbol = rng.choice(_SYMBOLS)
        forms = (f"{tag}{symbol}{either}", f"{tag} {symbol} {either}", f"{either}{symbol}", f"{symbol}{either}",
                 f"{tag}{symbol} {either}", f"{symbol}{word}{symbol}")  # fmt: skip
        return rng.choice(forms)
    if kind == "marks":
        join = rng.choice(_JOINS)
        forms = (
            f"{tag}{join}{either}",
            f"{tag} {join} {either}",
            f"{either}{join}",
            f"{word} {join}D",
            f"{word}{join}{word}",
        )
        return rng.choice(forms)
    own = {"plain": _WORDS, "kana": _KANA, "small": _SMALL, "voiced": _VOICED, "greek": _GREEK, "accented": _ACCENTED}
    core = rng.choice(own[kind].split())
    return rng.choice((core, core, f"{tag} {core}", f"{tag}{core}", f"{core}{rng.choice('0123456789')}"))


def draw(name: str, rng: random.Random) -> Pixels:
    """The cell of a name: BGR, cut the way the finders cut it."""
    manner = rng.choice(("race", "race", "world", "table"))
    size = 48
    face = _face(name, rng, _HEAVY if manner == "world" else _UPRIGHT, size)
    left, _, right, _ = face.getbbox(name or " ", anchor="ls")
    cap = -face.getbbox("H", anchor="ls")[1]
    tall = round(cap / rng.uniform(0.42, 0.55) if manner != "table" else cap / rng.uniform(0.5, 0.7))
    start = round(tall * rng.uniform(0.3, 0.6))
    wide = start + round(right - left) + round(tall * rng.uniform(0.1, 0.5))
    ground, ink = _ground(manner, wide, tall, rng)
    layer = Image.new("L", (wide, tall), 0)
    base = round((tall + cap) / 2 + tall * rng.uniform(-0.03, 0.03))
    ImageDraw.Draw(layer).text((start - left, base), name, font=face, fill=255, anchor="ls")
    if manner == "world" and "Italic" not in face.path and "Oblique" not in face.path:
        layer = _slanted(layer, base)
    if manner != "table" and rng.random() < 0.85:
        _icon(ground, tall, rng)
    if manner != "table" and sum(ink) > 380:
        _shadow(ground, layer, rng, heavy=manner == "world")
    ground.paste(Image.new("RGB", ground.size, ink), (0, 0), layer)
    return _spoiled(ground, rng)


def _face(name: str, rng: random.Random, files: tuple[str, ...], size: int) -> ImageFont.FreeTypeFont:
    """A font that has every letter; raises LookupError where the machine has none."""
    for file in rng.sample(files, len(files)) + list(_UPRIGHT):
        if file in _font_files():
            face = ImageFont.truetype(_font_files()[file], size)
            if _covers(face, name):
                return face
    raise LookupError(name)


def _ground(manner: str, wide: int, tall: int, rng: random.Random) -> tuple[Image.Image, tuple[int, int, int]]:
    """What the name stands on, and the colour it is written in."""
    if manner == "table" or rng.random() < 0.25:
        first = tuple(rng.randrange(256) for _ in range(3))
        second = tuple(min(255, max(0, value + rng.randrange(-40, 41))) for value in first)
        ramp = np.linspace(0, 1, wide)[None, :, None] * np.ones((tall, 1, 1))
        graded = np.array(first) * (1 - ramp) + np.array(second) * ramp
        light = sum(first) > 380
        dim = rng.choice((0, 20, 60))
        ink = (dim, dim, dim) if light else (255 - dim, 255 - dim, 255 - dim)
        return Image.fromarray(graded.astype(np.uint8)), ink
    coarse = np.random.default_rng(rng.randrange(1 << 30)).integers(
        0, 256, (rng.randrange(2, 7), rng.randrange(3, 12), 3)
    )
    scene = Image.fromarray(coarse.astype(np.uint8)).resize((wide, tall), rng.choice((0, 2, 3)))
    veil = (255, 205, 20) if rng.random() < 0.15 else tuple(rng.randrange(60) for _ in range(3))
    bar = Image.blend(scene, Image.new("RGB", scene.size, veil), rng.uniform(0.6, 0.9) if max(veil) < 100 else 0.95)
    return bar, (70, 60, 30) if max(veil) > 100 else (250, 250, 250)


def _icon(ground: Image.Image, tall: int, rng: random.Random) -> None:
    """The end of the character's icon, at the left edge."""
    colour = tuple(rng.randrange(256) for _ in range(3))
    reach, middle = tall * rng.uniform(0.02, 0.16), tall * rng.uniform(0.3, 0.8)
    ImageDraw.Draw(ground).ellipse((-tall * 0.5, middle - tall * 0.4, reach, middle + tall * 0.4), fill=colour)


def _shadow(ground: Image.Image, layer: Image.Image, rng: random.Random, *, heavy: bool) -> None:
    far = rng.randrange(1, 4)
    soft = layer.filter(ImageFilter.GaussianBlur(0.8 if heavy else 2))
    dark = Image.new("L", layer.size, 0)
    dark.paste(soft, (far, far))
    ground.paste(Image.new("RGB", ground.size, (15, 15, 15)), (0, 0), dark.point(lambda value: round(value * 0.75)))


def _slanted(layer: Image.Image, base: int) -> Image.Image:
    return layer.transform(layer.size, Image.Transform.AFFINE, (1, 0.2, -0.2 * base, 0, 1, 0), Image.Resampling.BICUBIC)


def _spoiled(cell: Image.Image, rng: random.Random) -> Pixels:
    """Scaled to the size it has on a picture, softened, pressed."""
    tall = round(rng.triangular(18, 70, 46))
    wide = max(8, round(cell.width * tall / cell.height))
    if rng.random() < 0.35:  # a screenshot made smaller, shown larger again
        less = rng.uniform(0.5, 0.9)
        cell = cell.resize((max(8, round(wide * less)), max(8, round(tall * less))), Image.Resampling.BICUBIC)
    pixels = np.asarray(cell.resize((wide, tall), Image.Resampling.BICUBIC))[:, :, ::-1]
    if rng.random() < 0.6:
        quality = rng.randrange(60, 96)
        pixels = cv2.imdecode(cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])[1], cv2.IMREAD_COLOR)
    return np.ascontiguousarray(pixels, np.uint8)


def draw_all(count: int, seed: int) -> list[Drawn]:
    """`count` cells, every class as often as any other; names no font here can draw are left out."""
    rng = random.Random(seed)
    cells = []
    while len(cells) < count:
        kind = CLASSES[len(cells) % len(CLASSES)]
        name = invent(rng, kind)
        cells.append(Drawn(name, kind, draw(name, rng)))
    return cells


def symbols(text: str) -> Counter[str]:
    """The symbols among a folded name's letters."""
    return Counter(char for char in fold(text) if unicodedata.category(char) in {"So", "Sm", "Sk"} or char in "※〒*^~")


def score(cells: list[Drawn], read: list[str]) -> dict[str, Counter[str]]:
    """Counts by class, and over all of them."""
    counts: dict[str, Counter[str]] = {kind: Counter() for kind in (*CLASSES, "all")}
    for cell, text in zip(cells, read, strict=True):
        drawn, seen = symbols(cell.name), symbols(text)
        for kind in (cell.kind, "all"):
            counts[kind]["cells"] += 1
            counts[kind]["exact"] += text == cell.name
            counts[kind]["folded"] += fold(text) == fold(cell.name)
            counts[kind]["drawn"] += drawn.total()
            counts[kind]["lost"] += (drawn - seen).total()
            counts[kind]["invented"] += (seen - drawn).total()
    return counts


def read_all(cells: list[Drawn]) -> list[str]:
    """What the readers make of the cells, a dozen at a time as a picture has them."""
    read: list[str] = []
    with Readers() as readers:
        for start in range(0, len(cells), 12):
            dozen = [Cell(CellKind.NAME, cell.pixels) for cell in cells[start : start + 12]]
            read += [texts.split_races(texts.clean(best_name(reading).text))[0] for reading in readers.read(dozen)]
    return read


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=1200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, help="keep the cells here")
    parser.add_argument("--wrong", action="store_true", help="print every name read wrong")
    options = parser.parse_args()
    cells = draw_all(options.count, options.seed)
    start = time.perf_counter()
    read = read_all(cells)
    spent = time.perf_counter() - start
    for number, (cell, text) in enumerate(zip(cells, read, strict=True)):
        if options.out:
            options.out.mkdir(parents=True, exist_ok=True)
            cv2.imwrite(str(options.out / f"{number:04}-{cell.kind}.png"), cell.pixels)
        if options.wrong and fold(text) != fold(cell.name):
            print(f"{number:4} {cell.kind:9} {cell.name!r} read as {text!r}")
    print("kind       cells   exact  folded  symbols    lost invented")
    for kind, count in score(cells, read).items():
        print(
            f"{kind:9} {count['cells']:6} {count['exact'] / count['cells']:7.1%}"
            f" {count['folded'] / count['cells']:7.1%} {count['drawn']:8} {count['lost']:7} {count['invented']:8}"
        )
    print(f"{1000 * spent / len(cells):.0f} ms a cell")


if __name__ == "__main__":
    main()
