"""The desk over PostgreSQL: the same pages, in a schema of their own."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from tests.desk.journeys.stage import raised


@pytest.mark.lasting
def test_the_first_person_begins_and_their_act_is_in_the_log(postgres_dsn: str, tmp_path: Path) -> None:
    with raised(tmp_path / "home", SHOUZE_DATABASE=postgres_dsn) as stage, stage.window("en") as window:
        window.begin()
        window.go("/r/people/")
        window.submit("main tbody a")
        assert "In the log: node 1" in window.text()
        window.go("/duties")
        while "Last answered" not in window.text():
            window.page.reload()
    with psycopg.connect(postgres_dsn) as connection:
        tables = connection.execute(
            "SELECT table_schema FROM information_schema.tables WHERE table_name = 'people_person'"
        )
        assert tables.fetchall() == [("desk",)]
