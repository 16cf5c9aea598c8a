"""Letters of names that the network saw and did not say: symbols under its blank, small kana, symbols like letters.

The network was taught on prose. Of a symbol between letters it mostly says nothing, yet what little it does not give to
the blank there names the symbol; elsewhere it gives such places thousandths less. Measured by benchmarks/draw_names.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

Logits = npt.NDArray[np.float32]  # steps x letters, probabilities; letter 0 is the blank
Run = tuple[int, int, int]  # a letter, its first step, the step after its last

_WORN = "◇◆♪♫♬♩▼▽∇▲△★☆♡♥❤♠♣♦※"  # symbols no letter is drawn like
_ALSO = "●○◎■□→←↑↓⇒⇔〒∞♀♂✿❀✦✧☀☁☂☃☾☽"  # these are like O, 口, ー and others: only where nothing was said
_UNSAID = 0.004  # probability under a blank from which a symbol stands there
_MISSAID = 0.01  # probability of a symbol from which the unsure letter said in its place was a likeness
_UNSURE = 0.9  # probability of a letter below which it may be one
_LIKE = "JVvS5A4"  # the letters notes and triangles are taken for
_LARGE, _SMALL = "あいうえおつやゆよわアイウエオツヤユヨワ", "ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ"
_SMALLER = 0.15  # share of a small kana beside its large form from which it is meant: prose has the large one oftener
_PLAIN = str.maketrans({"∇": "▽", "❤": "♥", "♦": "◆", "〇": "○", "∧": "Λ", "–": "-", "−": "-"})  # as consoles type them


class FaintLetters:
    """What to look for among the letters of one network."""

    def __init__(self, letters: Sequence[str]) -> None:
        place = {letter: index for index, letter in enumerate(letters)}
        self._letters = letters
        self._worn = np.array([place[sign] for sign in _WORN if sign in place], np.intp)
        self._symbols = np.array([place[sign] for sign in _WORN + _ALSO if sign in place], np.intp)
        self._smaller = {
            place[large]: place[small]
            for large, small in zip(_LARGE, _SMALL, strict=True)
            if large in place and small in place
        }
        self._like = {place[letter] for letter in _LIKE if letter in place}

    def text(self, probabilities: Logits, runs: Sequence[Run]) -> str:
        """The name of `runs` (letters from left to right, no blanks) with what was not said or said wrong."""
        if not runs or not self._symbols.size:
            return "".join(self._letters[letter] for letter, _, _ in runs)
        better = [(self._instead(probabilities, run), *run[1:]) for run in runs]
        edges = [(0, 0, 0), *better, (0, len(probabilities), len(probabilities))]
        text = ""
        for before, after in pairwise(edges):
            text += self._letters[before[0]]
            text += self._between(probabilities, before, after)
        return text.translate(_PLAIN)

    def _instead(self, probabilities: Logits, run: Run) -> int:
        letter, start, end = run
        steps = probabilities[start:end]
        if (small := self._smaller.get(letter)) is not None:
            step = steps[steps[:, letter].argmax()]
            return small if step[small] >= _SMALLER * (step[small] + step[letter]) else letter
        if letter in self._like and self._worn.size and steps[:, letter].max() < _UNSURE:
            likely = steps[:, self._worn].max(axis=0)
            if likely.max() >= _MISSAID:
                return int(self._worn[likely.argmax()])
        return letter

    def _between(self, probabilities: Logits, before: Run, after: Run) -> str:
        """The symbol under the blanks between two letters, or nothing. Beside a symbol they are its own echo."""
        start, end = before[2], after[1]
        if start >= end or before[0] in self._symbols or after[0] in self._symbols:
            return ""
        likely = probabilities[start:end][:, self._symbols].max(axis=0)
        return self._letters[int(self._symbols[likely.argmax()])] if likely.max() >= _UNSAID else ""
