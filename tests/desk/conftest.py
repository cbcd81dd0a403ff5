"""A real door for the desk's pages."""

from __future__ import annotations

from tests.registers.conftest import opened

__all__ = ["opened"]
