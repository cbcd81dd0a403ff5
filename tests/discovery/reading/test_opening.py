"""Every kind of file gives its findings, whatever it is called; what cannot be read is told."""

from __future__ import annotations

import gzip
import io
import zipfile

import pytest

from shouze.discovery.reading.opening import read_bytes
from shouze.discovery.reading.piece import Limits, Lines, Unread
from tests.discovery.looking import found_in, unread_of
from tests.discovery.reading import files


@pytest.mark.parametrize("name", files.TABLES)
def test_tables_are_judged_by_their_columns(name: str) -> None:
    found = {(each.place.rpartition(".")[2], each.item) for each in found_in(files.TABLES[name], name)}
    assert found == {("khxm", "name"), ("sjhm", "phone"), ("sfzh", "id-number")}


@pytest.mark.parametrize("name", files.TEXTS)
def test_texts_give_their_values(name: str) -> None:
    assert {each.item for each in found_in(files.TEXTS[name], name)} >= {"phone", "id-number"}
    assert unread_of(files.TEXTS[name], name) == []


@pytest.mark.parametrize("name", ["t.xlsx", "t.parquet", "t.orc", "t.avro", "t.db", "t.json", "t.xml"])
def test_a_wrong_name_does_not_hide_the_kind(name: str) -> None:
    assert {each.item for each in found_in(files.TABLES[name], "picture.dat")} >= {"phone", "id-number"}


def test_what_lies_in_an_archive_is_told_with_its_path() -> None:
    places = {each.place for each in found_in(files.TEXTS["a.zip"], "a.zip")}
    assert "a.zip/旧/名单.csv.sjhm" in places
    assert "a.zip/b.zip/c.txt:1" in places


def test_names_in_archives_of_chinese_windows_are_read() -> None:
    content = files.zipped(**{"abcd.csv": files.CSV}).replace(b"abcd.csv", "名单.csv".encode("gb18030"))
    assert "a.zip/名单.csv.sjhm" in {each.place for each in found_in(content, "a.zip")}


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.rar", b"Rar!\x1a\x07\x00" + bytes(99), "RAR"),
        ("a.7z", b"7z\xbc\xaf\x27\x1c" + bytes(99), "7z"),
        ("a.png", b"\x89PNG\r\n\x1a\n" + bytes(99), "text in pictures is not read"),
        ("a.bin", bytes(range(256)) * 9, "unknown kind"),
        ("a.xlsx", b"PK\x03\x04" + bytes(99), "Broken"),
        ("a.parquet", b"PAR1" + bytes(99), "Broken"),
        ("a.pdf", b"%PDF-1.4\n" + bytes(99), "Broken"),
        ("a.gz", gzip.compress(b"x" * 9999, mtime=0)[:40], "Broken"),
    ],
)
def test_what_cannot_be_read_is_told(name: str, content: bytes, reason: str) -> None:
    (told,) = unread_of(content, name)
    assert reason in told


def test_a_zip_bomb_is_refused_before_it_unfolds() -> None:
    assert "Beyond the limits" in unread_of(files.zipped(a=bytes(50_000_000)), "a.zip")[0]
    assert "Beyond the limits" in unread_of(files.zipped(**{"xl/a.xml": bytes(50_000_000)}), "a.xlsx")[0]


def test_a_packed_bomb_is_left_while_it_unfolds() -> None:
    limits = Limits()
    pieces = read_bytes(gzip.compress(b"a b\n" * 20_000_000, 9), "a.gz", limits)
    assert isinstance(pieces[-1], Unread)
    assert limits.expanded < 60_000_000


def test_archives_nested_too_deeply_are_left() -> None:
    content = files.TEXT.encode()
    for _ in range(7):
        content = files.zipped(a=content)
    assert "nested too deeply" in unread_of(content, "a.zip")[0]


def test_too_many_members_are_left() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number in range(30):
            archive.writestr(str(number), "x")
    assert isinstance(read_bytes(out.getvalue(), "a.zip", Limits(members=20))[-1], Unread)


def test_yaml_aliases_and_xml_entities_do_not_unfold() -> None:
    laughs = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{name}: &{name} [{', '.join(['*' + before] * 9)}]\n"
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
    assert len(read_bytes(laughs.encode(), "a.yaml")) == 1
    entities = (
        '<!DOCTYPE l [<!ENTITY a "xxxxxxxxxx">'
        + "".join(
            f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in zip("abcdefgh", "bcdefghi", strict=True)
        )
        + "]><l>&i;</l>"
    )
    assert sum(len(str(piece)) for piece in read_bytes(entities.encode(), "a.xml")) < 100_000


def test_a_password_is_told() -> None:
    content = bytearray(files.zipped(a="x"))
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    assert "protected by a password" in unread_of(bytes(content), "a.zip")[0]


def test_blocks_of_text_hold_whole_lines() -> None:
    content = (files.TEXT * 240_000).encode()
    pieces = [piece for piece in read_bytes(content, "a.log") if isinstance(piece, Lines)]
    assert len(pieces) > 2
    assert b"".join(piece.content for piece in pieces) == content
    assert all(piece.content.endswith(b"\n") for piece in pieces)
    assert [piece.first for piece in pieces][1] == pieces[0].content.count(b"\n") + 1
