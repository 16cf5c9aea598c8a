"""Pictures of text given to a network in batches of about one width, whatever the network reads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
import onnxruntime

_BATCH = 6  # more are padded to the widest and leave the cache of a core
_WIDEST_BATCH = 1600  # pixels of all its cells together: memory goes with it
_CALL = 45  # pixels of width: what a call of the network costs by itself
Floats = npt.NDArray[np.float32]


def answers(session: onnxruntime.InferenceSession, pieces: Sequence[Floats]) -> Iterator[tuple[int, Floats]]:
    """(index of the piece, what the network says of it) in no order; of narrow pieces the padding's answer as well.

    Pieces are height x width x 3, all of one height; the network takes cells x 3 x height x width.
    """
    name = session.get_inputs()[0].name
    for batch in batches([piece.shape[1] for piece in pieces]):
        height, width = pieces[batch[-1]].shape[:2]
        tensor = np.zeros((len(batch), 3, height, width), np.float32)
        for line, index in enumerate(batch):
            tensor[line, :, :, : pieces[index].shape[1]] = pieces[index].transpose(2, 0, 1)
        yield from zip(batch, session.run(None, {name: tensor})[0], strict=True)


def batches(widths: Sequence[int]) -> Iterator[list[int]]:
    """Indices of cells of about one width, narrow ones first: the split with the least to look at.

    A cell is padded to the widest of its batch, so that many different ones together cost more than two calls do.
    """
    order = sorted(range(len(widths)), key=widths.__getitem__)
    least, sizes = [0.0], [0]  # of the narrowest so many: what they cost, and how many of them are the last batch
    for end in range(1, len(order) + 1):
        widest = widths[order[end - 1]]
        most = min(end, _BATCH, max(1, _WIDEST_BATCH // widest))
        cost, size = min((least[end - size] + _CALL + size * widest, size) for size in range(1, most + 1))
        least.append(cost)
        sizes.append(size)
    batches, end = [], len(order)
    while end:
        batches.append(order[end - sizes[end] : end])
        end -= sizes[end]
    yield from reversed(batches)
