"""A real door for what programs do."""

from tests.registers.conftest import opened

__all__ = ["opened"]
