"""What Python is told so that it does not keep the event loop waiting.

Collecting garbage looks at every object there is, with the whole process standing still: 100 to 300 ms for what the
libraries alone keep for ever. And a thread that draws gives the loop its turn back after 5 ms, at every read and write
of a socket.
"""

from __future__ import annotations

import gc
import sys

SWITCHED_EVERY = 0.001  # seconds; Python's own 0.005 is for programs whose threads wait for nobody


def share_fairly() -> None:
    """Threads that compute give way to the event loop sooner."""
    sys.setswitchinterval(SWITCHED_EVERY)


def settle() -> None:
    """Call where much was made that stays (after the start, after a new session with Discord): it is not looked at
    again when garbage is collected, but here. Takes some 100 ms, in which nothing else happens."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()
