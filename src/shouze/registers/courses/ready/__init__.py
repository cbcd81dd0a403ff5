"""The courses that come with Shouze, in both languages: what the Order asks, and how it is kept in daily work."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple


class Ready(NamedTuple):
    """A course as it comes: its id, names, topics and text in both languages."""

    name: str
    title: str
    title_en: str
    topics: tuple[str, ...]
    text: str
    text_en: str

    def values(self) -> dict[str, Any]:
        """Return what the form of a new course would hold: for everybody, within a month, for a year."""
        return {
            "name": self.name, "title": self.title, "title_en": self.title_en, "topics": list(self.topics),
            "text": self.text, "text_en": self.text_en, "posts": [], "agents": [], "days": 30, "pass_percent": 80,
            "attempts": 3, "valid_months": 12, "guards": False,
        }  # fmt: skip


_NAMED = (
    ("order-24", "用户个人信息保护规定要点", "What Order 24 asks of us", ("knowledge", "responsibility")),
    ("daily-work", "日常工作中的用户个人信息保护", "Protecting users in daily work", ("skills", "responsibility")),
)


@cache
def ready_courses() -> dict[str, Ready]:
    """Return the courses by their ids."""
    folder = files(__name__)
    return {
        name: Ready(name, title, title_en, topics, *(
            (folder / f"{name}.{language}.md").read_text(encoding="utf-8") for language in ("zh", "en")
        ))
        for name, title, title_en, topics in _NAMED
    }  # fmt: skip
