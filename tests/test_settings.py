"""Settings: every one has a default, the environment wins, and an error names the setting and never its value."""

from __future__ import annotations

from pathlib import Path

import pytest

from shouze.errors import InvalidError
from shouze.settings import FILE, PREFIX, Settings, changed, load_settings


def test_an_empty_folder_has_settings_that_work(tmp_path: Path) -> None:
    assert load_settings(tmp_path, {}) == Settings()


def test_the_file_is_read_and_the_environment_wins(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text('port = 9000\nlanguage = "en"\n', encoding="utf-8")
    assert load_settings(tmp_path, {"PORT": "1"}) == Settings(port=9000, language="en")
    changed = load_settings(tmp_path, {f"{PREFIX}PORT": "9001", f"{PREFIX}PATIENCE": "0.5"})
    assert (changed.port, changed.language, changed.patience) == (9001, "en", 0.5)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("port", "65536"),
        ("port", "-1"),
        ("port", "many"),
        ("node", "-1"),
        ("patience", "0"),
        ("patience", "61"),
        ("largest_body", "1"),
        ("language", "fr"),
        ("suite", "rot13"),
        ("log_level", "chatty"),
        ("host", ""),
        ("witness_hours", "-1"),
        ("at_once_hours", "0"),
        ("inspection_year", "lunar"),
        ("log_entries", "ajar"),
        ("erasure_bound_days", "2"),
        ("erasure_bound_days", "366"),
        ("record_retention_days", "179"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(InvalidError) as caught:
        load_settings(tmp_path, {PREFIX + name.upper(): value})
    assert caught.value.field == name
    assert FILE in caught.value.remedy.zh
    assert PREFIX in caught.value.remedy.en


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("port", "70000", "from 0 to 65535"),
        ("patience", "0", "above 0, 60 at most"),
        ("log_level", "loud", "debug, error, info, warning"),
        ("webhook_url", "x", "https://host/path"),
        ("smtp_url", "mail.example", "smtps://"),
    ],
)
def test_the_remedy_says_what_may_be_written_and_where(tmp_path: Path, name: str, value: str, said: str) -> None:
    with pytest.raises(InvalidError) as caught:
        load_settings(tmp_path, {PREFIX + name.upper(): value})
    assert said in caught.value.remedy.en
    assert PREFIX + name.upper() in caught.value.remedy.zh


def test_a_name_in_the_file_that_is_nearly_a_setting_is_told_the_one_that_was_meant(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text('databse = "postgresql://secret@host/name"\n', encoding="utf-8")
    with pytest.raises(InvalidError) as caught:
        load_settings(tmp_path, {})
    assert caught.value.field == "databse"
    assert "Was database meant?" in caught.value.remedy.en
    assert "secret" not in caught.value.say("en")


def test_to_wait_for_a_witness_there_has_to_be_one(tmp_path: Path) -> None:
    with pytest.raises(InvalidError) as caught:
        load_settings(tmp_path, {f"{PREFIX}WITNESS_HOURS": "5"})
    assert caught.value.field == "witness_hours"


@pytest.mark.parametrize("content", [b"port = ", b"\xff", b"port = 1\nport = 2"])
def test_a_broken_file_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)
    with pytest.raises(InvalidError) as caught:
        load_settings(tmp_path, {})
    assert caught.value.field == FILE


def test_a_setting_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("prot = 1\n", encoding="utf-8")
    with pytest.raises(InvalidError):
        load_settings(tmp_path, {})


def test_no_error_shows_a_password(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text('database = ["postgresql://shouze:HUSH@localhost/shouze"]\n', encoding="utf-8")
    with pytest.raises(InvalidError) as caught:
        load_settings(tmp_path, {})
    assert caught.value.field == "database"
    assert "HUSH" not in caught.value.say("en") + caught.value.say("zh")


@pytest.mark.parametrize("name", ["database", "keys_database"])
@pytest.mark.parametrize("url", ["sqlite:", "mysql://host/crm", "postgresql://[::1/shouze", "postgresql://a%zz@host/b"])
def test_a_database_that_is_none_is_refused_with_what_to_write(tmp_path: Path, name: str, url: str) -> None:
    with pytest.raises(InvalidError) as read:
        load_settings(tmp_path, {PREFIX + name.upper(): url})
    with pytest.raises(InvalidError) as given:
        changed(Settings(), **{name: url})
    for caught in (read, given):
        assert caught.value.field == name
        assert "postgresql://" in caught.value.remedy.zh
        assert url not in caught.value.say("en")


@pytest.mark.parametrize(
    "url",
    [
        "", "postgresql://shouze@127.0.0.1:5432/shouze", "postgres://a:p%40ss@host/b?sslmode=require",
        "postgresql://a@[::1]:5432/b", "postgresql:///b?host=/var/run/postgresql", "postgresql://a@one,two/b",
    ],
)  # fmt: skip
def test_a_database_is_named_as_libpq_reads_it(tmp_path: Path, url: str) -> None:
    assert load_settings(tmp_path, {f"{PREFIX}DATABASE": url}).database == url


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("DATABASE_URL", "DATABASE"),
        ("DATABSE", "DATABASE"),
        ("LOGLEVEL", "LOG_LEVEL"),
        ("KEYS_DATABASES", "KEYS_DATABASE"),
    ],
)
def test_a_variable_that_is_nearly_a_setting_is_not_passed_over(tmp_path: Path, written: str, meant: str) -> None:
    with pytest.raises(InvalidError) as caught:
        load_settings(tmp_path, {PREFIX + written: "postgresql://secret@host/name"})
    assert caught.value.field == PREFIX + written
    assert PREFIX + meant in caught.value.remedy.en
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "name", ["HOME", "TOKEN", "SERVICE_HOST", "SERVICE_PORT", "PORT_8420_TCP_ADDR", "TEST_POSTGRES_FOLDER"]
)
def test_variables_of_others_that_begin_alike_are_let_be(tmp_path: Path, name: str) -> None:
    assert load_settings(tmp_path, {PREFIX + name: "x"}) == Settings()


@pytest.mark.parametrize(
    "url", ["authority.example", "ftp://authority.example", "https://", "https://a b", "https://a/?x=1"]
)
def test_a_witness_is_reached_by_a_plain_url(tmp_path: Path, url: str) -> None:
    with pytest.raises(InvalidError) as caught:
        load_settings(tmp_path, {f"{PREFIX}WITNESS_URL": url})
    assert caught.value.field == "witness_url"
    assert "https://host/path" in caught.value.remedy.en
    for fine in ("", "https://authority.example", "http://[::1]:8420/witness/", "http://a:65535"):
        assert load_settings(tmp_path, {f"{PREFIX}WITNESS_URL": fine}).witness_url == fine
