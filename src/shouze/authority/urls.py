"""The addresses of the console: the same as the desk's; its registers are others."""

from __future__ import annotations

from shouze.desk.urls import handler403, handler404, handler500, urlpatterns

__all__ = ["handler403", "handler404", "handler500", "urlpatterns"]
