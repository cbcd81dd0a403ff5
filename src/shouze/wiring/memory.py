"""How a program of ours that runs for long treats its memory."""

from __future__ import annotations

import gc


def settle_memory() -> None:
    """Let the collector of cycles pass over what the program has loaded, and look less often at what requests make.

    What a request or a row of an import makes is next to free of cycles; looking for them anyway takes some 7 to 20 %
    of the time. For programs of our own: a program that has the door within decides for itself.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
