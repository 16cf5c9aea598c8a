"""The detector's boxes, on texts drawn here."""

from __future__ import annotations

import importlib.util

import cv2
import numpy as np
import pytest

from ocr.detector import Detector
from ocr.models import ModelMissingError, path_of

try:
    _DETECTOR = Detector()
except ModelMissingError:
    pytest.skip("the detector's model is not installed", allow_module_level=True)


def _page(scale: float = 1.0) -> np.ndarray:
    page = np.full((round(300 * scale), round(500 * scale), 3), 240, np.uint8)
    for number, text in enumerate(("Comet 104", "Marlin 98", "Willow 91")):
        at = (round(60 * scale), round((60 + 90 * number) * scale))
        cv2.putText(page, text, at, cv2.FONT_HERSHEY_SIMPLEX, scale, (20, 20, 20), max(1, round(2 * scale)))
    return page


@pytest.mark.parametrize("scale", [0.6, 1.0, 3.0])
def test_texts_are_boxed_from_the_top_down(scale: float) -> None:
    boxes = _DETECTOR.boxes(_page(scale))

    assert {int((box.y + box.height / 2) / scale // 90) for box in boxes} == {0, 1, 2}
    assert [box.y for box in boxes] == sorted(box.y for box in boxes)
    for box in boxes:
        assert 40 * scale <= box.x
        assert box.x + box.width <= 330 * scale


def test_an_empty_page_has_no_boxes() -> None:
    assert _DETECTOR.boxes(np.zeros((200, 300, 3), np.uint8)) == []


@pytest.mark.parametrize("shape", [(1, 1), (3, 900), (2000, 4)])
def test_odd_shapes_are_taken(shape: tuple[int, int]) -> None:
    assert _DETECTOR.boxes(np.full((*shape, 3), 128, np.uint8)) == []


def test_the_answer_is_kept_for_the_same_array_only() -> None:
    page = _page()
    first = _DETECTOR.boxes(page)
    first.clear()  # the caller's list is its own

    assert _DETECTOR.boxes(page)
    assert _DETECTOR.boxes(np.zeros_like(page)) == []


def test_a_missing_model_is_one_readable_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)

    with pytest.raises(ModelMissingError, match="rapidocr"):
        path_of("PP-OCRv6_det_small.onnx")
