"""
Which entries of Streamlit's caches, shared by all sessions of a server, were asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from streamlit.runtime.caching.cache_data_api import DataCache
from streamlit.runtime.caching.cache_resource_api import ResourceCache

# A cached function's name and the key of one of its answers.
Entry = tuple[str, str]


@contextmanager
def asked_for() -> Iterator[set[Entry]]:
    """
    Collect every entry that is looked up within the block, found or not.
    """
    entries: set[Entry] = set()
    kinds: tuple[Any, ...] = (DataCache, ResourceCache)
    readers: list[Callable[..., Any]] = [kind.read_result for kind in kinds]

    def watched(read: Callable[..., Any]) -> Callable[..., Any]:
        def read_result(cache: Any, value_key: str) -> Any:
            entries.add((cache.display_name, value_key))
            return read(cache, value_key)

        return read_result

    for kind, read in zip(kinds, readers, strict=True):
        kind.read_result = watched(read)
    try:
        yield entries
    finally:
        for kind, read in zip(kinds, readers, strict=True):
            kind.read_result = read
