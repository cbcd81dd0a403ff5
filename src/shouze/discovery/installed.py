"""Libraries of the extra ``scan``, imported where they are needed."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from shouze.errors import InvalidError
from shouze.language import Text


def extra(module: str) -> Any:
    """Import a library of the extra; InvalidError says how to get it."""
    try:
        return import_module(module)
    except ImportError:
        raise InvalidError(
            Text("扫描需要另装组件", "Scanning needs a component that is not installed"),
            field=module.partition(".")[0],
            remedy=Text("执行 pip install shouze[scan]", "Run pip install shouze[scan]"),
        ) from None
