"""Libraries of the extras ``scan`` and ``spark``, imported where they are needed."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from shouze.errors import InvalidError
from shouze.language import Text


def extra(module: str, name: str = "scan") -> Any:
    """Import a library of an extra; InvalidError says how to get it."""
    try:
        return import_module(module)
    except ImportError:
        wanted = "shouze[scan]" if name == "scan" else f"shouze[scan,{name}]"
        raise InvalidError(
            Text("扫描需要另装组件", "Scanning needs a component that is not installed"),
            field=module.partition(".")[0],
            remedy=Text(f"执行 pip install {wanted}", f"Run pip install {wanted}"),
        ) from None
