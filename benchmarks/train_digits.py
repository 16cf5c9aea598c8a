"""Teaches the small reader of digits on drawn cells and writes it as ONNX. Needs torch and onnx, as nothing else does.

    python -m benchmarks.train_digits ocr/digits.onnx --fonts DIR --cells 200000 --pictures DIR

A convolutional network with the CTC loss (Graves et al. 2006, "Connectionist temporal classification"): 32 pixels high,
one answer every two pixels of width. `--pictures` adds the cells of drawn result pictures (draw_lists.py,
draw_tables.py) as the reader cuts them, with what the large recogniser says of them where it is sure.
"""

from __future__ import annotations

import argparse
import random
import re
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from benchmarks.digit_cells import DrawnCell, draw_cell, readable_fonts
from ocr.both import Readers
from ocr.digits import HEIGHT, LETTERS, scaled
from ocr.read import Trace, read
from ocr.readers import CellKind

_BATCH = 128
_MOST = 200  # pixels of width
_DISPLAYS = "DSEG7"  # in the names of fonts of seven-segment digits, which the game's lists are written in
_DISPLAY_SHARE = 0.2  # of the drawn cells
_SURE = 0.97  # confidence of the large recogniser from which its word counts
_AT_ONCE = 2_000  # cells


def network() -> nn.Sequential:
    """The network: 3 x 32 x W in -1..1 to letters x 1 x W / 2, before the softmax."""

    def layer(
        inner: int, outer: int, kernel: tuple[int, int], stride: tuple[int, int], pad: tuple[int, int]
    ) -> list[nn.Module]:
        return [nn.Conv2d(inner, outer, kernel, stride, pad, bias=False), nn.BatchNorm2d(outer), nn.ReLU(inplace=True)]

    return nn.Sequential(
        *layer(3, 16, (3, 3), (2, 2), (1, 1)),
        *layer(16, 32, (3, 3), (2, 1), (1, 1)),
        *layer(32, 48, (3, 3), (2, 1), (1, 1)),
        *layer(48, 64, (3, 3), (2, 1), (1, 1)),
        *layer(64, 80, (2, 3), (1, 1), (0, 1)),
        *layer(80, 80, (1, 5), (1, 1), (0, 2)),
        *layer(80, 80, (1, 5), (1, 1), (0, 2)),
        nn.Conv2d(80, len(LETTERS), (1, 1)),
    )


def drawn(fonts: Sequence[Path], count: int, seed: int, workers: int) -> list[DrawnCell]:
    """So many cells by lot, the same by the same seed."""
    parts = [(seed + at, min(_AT_ONCE, count - at)) for at in range(0, count, _AT_ONCE)]
    with ProcessPoolExecutor(workers) as pool:
        return [cell for cells in pool.map(partial(_some, fonts), *zip(*parts, strict=True)) for cell in cells]


def _some(fonts: Sequence[Path], seed: int, count: int) -> list[DrawnCell]:
    rng = random.Random(seed)
    displays = [font for font in fonts if _DISPLAYS in font.name]
    cells: list[DrawnCell] = []
    while len(cells) < count:
        cell = draw_cell(rng, displays if displays and rng.random() < _DISPLAY_SHARE else fonts)
        pixels = scaled(cell.pixels)
        if pixels.shape[1] <= _MOST:
            cells.append(DrawnCell(pixels, cell.text))
    return cells


def cut_out(pictures: Sequence[Path]) -> Iterator[DrawnCell]:
    """The number cells of result pictures as the reader cuts them, where the large recogniser is sure of them."""
    readers = Readers()
    readers.digits = None
    for path in pictures:
        trace = Trace()
        read(path.read_bytes(), readers=readers, trace=trace)
        for placed, reading in zip(trace.cells, trace.readings, strict=True):
            text = reading.neural
            if placed.cell.kind in {CellKind.NUMBER, CellKind.PLUS} and text.confidence >= _SURE:
                pixels = scaled(placed.cell.pixels)
                if re.fullmatch(r"[+-]?\d+", text.text) and pixels.shape[1] <= _MOST:
                    yield DrawnCell(pixels, text.text)


def batches(cells: Sequence[DrawnCell], rng: random.Random) -> Iterator[tuple[torch.Tensor, Sequence[str]]]:
    """Cells of about one width together, each moved, lit and cut a little anew: inputs and their texts."""
    pieces = [(_varied(cell.pixels, rng), cell.text) for cell in cells]
    pieces = sorted(pieces, key=lambda piece: piece[0].shape[1] + rng.uniform(0, 12))
    groups = [pieces[at : at + _BATCH] for at in range(0, len(pieces), _BATCH)]
    rng.shuffle(groups)
    for group in groups:
        width = max(piece.shape[1] for piece, _ in group)
        tensor = np.zeros((len(group), HEIGHT, width, 3), np.float32)
        for line, (piece, _) in enumerate(group):
            tensor[line, :, : piece.shape[1]] = piece.astype(np.float32) / 127.5 - 1.0
        yield torch.from_numpy(tensor).permute(0, 3, 1, 2), [text for _, text in group]


def _varied(pixels: npt.NDArray[np.uint8], rng: random.Random) -> npt.NDArray[np.uint8]:
    height, width = pixels.shape[:2]
    by = rng.uniform(0.85, 1.15)
    matrix = np.asarray([[by, 0, rng.uniform(-1, 1)], [0, 1, rng.uniform(-1.5, 1.5)]])
    size = (max(16, round(width * by)), height)
    moved = cv2.warpAffine(pixels, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    if rng.random() < 0.5:
        moved = moved[:, :, rng.sample(range(3), 3)]
    if rng.random() < 0.1:
        moved = 255 - moved
    lit = moved.astype(np.float32) * rng.uniform(0.75, 1.2) + rng.uniform(-25, 25)
    return np.asarray(lit.clip(0, 255), np.uint8)


def teach(cells: Sequence[DrawnCell], rounds: int, seed: int) -> nn.Sequential:
    """The network after so many rounds over the cells. Prints the loss as it goes."""
    torch.manual_seed(seed)
    rng = random.Random(seed)
    net = network()
    steps = rounds * -(-len(cells) // _BATCH)
    optimizer = torch.optim.AdamW(net.parameters(), 1e-3, weight_decay=1e-3)
    pace = torch.optim.lr_scheduler.OneCycleLR(optimizer, 4e-3, total_steps=steps + 1)
    for number in range(rounds):
        began, losses = time.monotonic(), []
        net.train()
        for inputs, texts in batches(cells, rng):
            loss = _loss(net, inputs, texts)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(net.parameters(), 5.0)
            optimizer.step()
            pace.step()
            losses.append(loss.item())
        print(f"round {number + 1}: loss {np.mean(losses):.4f}, {time.monotonic() - began:.0f} s", flush=True)
    return net


def _loss(net: nn.Sequential, inputs: torch.Tensor, texts: Sequence[str]) -> torch.Tensor:
    with torch.autocast("cpu", torch.bfloat16):
        answers = net(inputs)
    steps = answers.float().squeeze(2).permute(2, 0, 1).log_softmax(2)
    wanted = torch.tensor([LETTERS.index(letter) for text in texts for letter in text], dtype=torch.long)
    lengths = torch.tensor([len(text) for text in texts], dtype=torch.long)
    ends = torch.full((len(texts),), steps.shape[0], dtype=torch.long)
    return nn.functional.ctc_loss(steps, wanted, ends, lengths, zero_infinity=True)


def write(net: nn.Sequential, path: Path) -> None:
    """The network with its softmax as ONNX: batch x 3 x 32 x W to batch x letters x W / 2."""
    whole = nn.Sequential(net, nn.Flatten(1, 2), nn.Softmax(1)).eval()
    torch.onnx.export(
        whole,
        (torch.zeros(2, 3, HEIGHT, 64),),
        str(path),
        input_names=["cells"],
        output_names=["letters"],
        dynamic_axes={"cells": {0: "cells", 3: "width"}, "letters": {0: "cells", 2: "steps"}},
        opset_version=17,
        dynamo=False,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="Teach the small reader of digits.")
    parser.add_argument("model", type=Path, help="the ONNX file to write")
    parser.add_argument("--fonts", type=Path, nargs="+", default=[Path("/usr/share/fonts")])
    parser.add_argument("--pictures", type=Path, nargs="*", default=[], help="folders of drawn results")
    parser.add_argument("--cells", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=24)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args()
    fonts = readable_fonts(asked.fonts)
    if not fonts:
        parser.error("no font in those folders draws ten digits")
    cells = drawn(fonts, asked.cells, asked.seed, asked.workers)
    pictures = [path for top in asked.pictures for path in sorted(top.rglob("*")) if path.suffix in {".png", ".jpg"}]
    cells += list(cut_out(pictures))
    print(f"{len(cells)} cells, {len(fonts)} fonts", flush=True)
    write(teach(cells, asked.rounds, asked.seed), asked.model)


if __name__ == "__main__":
    main()
