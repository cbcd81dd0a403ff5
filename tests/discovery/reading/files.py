"""The same small table and text in every kind of file, made by the libraries of those kinds."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import sqlite3
import tarfile
import zipfile
from collections.abc import Callable
from email.message import EmailMessage

import fastavro
import openpyxl
import pyarrow as pa
from pyarrow import orc, parquet

ROWS = [("王小明", 13812345678, "11010519491231002X"), ("李娟", 13912345678, "440308199901010012"),
        ("张思远", 18612345678, "11010519491231002X")] * 3  # fmt: skip
HEADER = ("khxm", "sjhm", "sfzh")
TEXT = "客户王小明来电，手机 13812345678，身份证 11010519491231002X\n"
CSV = "\n".join([",".join(HEADER), *(",".join(map(str, row)) for row in ROWS)]) + "\n"


_MANIFEST = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry '
    'manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/></manifest:manifest>'
)


def xlsx() -> bytes:
    """A workbook whose numbers are numbers."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(HEADER)
    for row in ROWS:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def zipped(**members: bytes | str) -> bytes:
    """A ZIP."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def ods() -> bytes:
    """A spreadsheet of OpenDocument."""
    kinds = ("office", "table", "text")
    space = " ".join(f'xmlns:{kind}="urn:oasis:names:tc:opendocument:xmlns:{kind}:1.0"' for kind in kinds)
    rows = [
        "".join(
            f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>' for cell in row
        )
        for row in (HEADER, *ROWS)
    ]
    cells = "".join(f"<table:table-row>{row}</table:table-row>" for row in rows)
    body = f'<office:body><office:spreadsheet><table:table table:name="S">{cells}</table:table></office:spreadsheet>'
    content = f'<?xml version="1.0"?><office:document-content {space}>{body}</office:body></office:document-content>'
    return zipped(mimetype="application/vnd.oasis.opendocument.spreadsheet", **{
        "META-INF/manifest.xml": _MANIFEST, "content.xml": content,
    })  # fmt: skip


def docx() -> bytes:
    """A document whose number is split over two runs, as editors do."""
    w = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    runs = "".join(f"<w:r><w:t>{part}</w:t></w:r>" for part in ("客户王小明来电，手机 1381", "2345678"))
    body = f"<w:p>{runs}</w:p><w:p><w:r><w:t>身份证 11010519491231002X</w:t></w:r></w:p>"
    return zipped(**{"word/document.xml": f"<w:document {w}><w:body>{body}</w:body></w:document>"})


def pptx() -> bytes:
    """A slide."""
    a = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    return zipped(**{"ppt/slides/slide1.xml": f"<s {a}><a:p><a:r><a:t>{TEXT.strip()}</a:t></a:r></a:p></s>"})


def pdf() -> bytes:
    """A page with Latin text, written by hand."""
    words = b"BT /F1 12 Tf 72 700 Td (phone 13812345678 id card 11010519491231002X) Tj ET"
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(words), words),
            b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]  # fmt: skip
    out, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % len(out)
    return out + b"xref\n0 6\n0000000000 65535 f \n" + table + end


def mail() -> bytes:
    """A message with a table attached."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a.b@example.cn", "c.d@example.cn", "名单"
    message.set_content(TEXT)
    message.add_attachment(CSV.encode("gb18030"), maintype="text", subtype="csv", filename="名单.csv")
    return message.as_bytes()


def sqlite() -> bytes:
    """A database."""
    with sqlite3.connect(":memory:") as connection:
        connection.execute("CREATE TABLE t_user (id INTEGER PRIMARY KEY, khxm TEXT, sjhm INTEGER, sfzh TEXT)")
        connection.executemany("INSERT INTO t_user (khxm, sjhm, sfzh) VALUES (?, ?, ?)", ROWS)
        connection.commit()
        return connection.serialize()


def _columnar(write: Callable[..., None]) -> bytes:
    out = io.BytesIO()
    columns = list(zip(*ROWS, strict=True))
    write(pa.table({name: list(column) for name, column in zip(HEADER, columns, strict=True)}), out)
    return out.getvalue()


def avro() -> bytes:
    """Records."""
    kinds = ("string", "long", "string")
    fields = [{"name": name, "type": kind} for name, kind in zip(HEADER, kinds, strict=True)]
    out = io.BytesIO()
    schema = fastavro.parse_schema({"type": "record", "name": "r", "fields": fields})
    fastavro.writer(out, schema, [dict(zip(HEADER, row, strict=True)) for row in ROWS])
    return out.getvalue()


def tar(**members: bytes) -> bytes:
    """A TAR."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return out.getvalue()


_ELEMENT = '<u sjhm="{1}"><khxm>{0}</khxm><sfzh>{2}</sfzh></u>'
RECORDS = [dict(zip(HEADER, row, strict=True)) for row in ROWS]
TABLES: dict[str, bytes] = {
    "t.csv": CSV.encode(),
    "t.tsv": CSV.replace(",", "\t").encode("gb18030"),
    "t.xlsx": xlsx(),
    "t.ods": ods(),
    "t.parquet": _columnar(parquet.write_table),
    "t.orc": _columnar(orc.write_table),
    "t.avro": avro(),
    "t.db": sqlite(),
    "t.json": json.dumps({"users": RECORDS}, ensure_ascii=False).encode(),
    "t.jsonl": "\n".join(json.dumps(each) for each in RECORDS).encode(),
    "t.yaml": "".join(f"- khxm: {a}\n  sjhm: {b}\n  sfzh: {c}\n" for a, b, c in ROWS).encode(),
    "t.xml": f"<l>{''.join(_ELEMENT.format(*row) for row in ROWS)}</l>".encode(),
}
"""Files of tables, by their names."""
_ARCHIVE: dict[str, bytes | str] = {"旧/名单.csv": CSV, "b.zip": zipped(**{"c.txt": TEXT})}
_MIXED = TEXT.encode() + TEXT.encode("gb18030") + b"\xff\xfe\x81\n"
TEXTS: dict[str, bytes] = {
    "a.log": TEXT.encode(), "a.txt": TEXT.encode("gb18030"), "b.txt": TEXT.encode("utf-16"),
    "c.txt": TEXT.encode("utf-16-le"), "d.txt": TEXT.encode("utf-8-sig"), "e.txt": _MIXED,
    "a.html": f"<html><body><p>{TEXT}</p></body></html>".encode(), "a.docx": docx(), "a.pptx": pptx(), "a.pdf": pdf(),
    "a.mbox": b"From a@b.cn Thu Jan  1 00:00:00 2026\n" + mail(), "a.eml": mail(),
    "a.gz": gzip.compress(TEXT.encode(), mtime=0), "a.log.bz2": bz2.compress(TEXT.encode()),
    "a.log.xz": lzma.compress(TEXT.encode()), "a.zip": zipped(**_ARCHIVE), "a.tar": tar(**{"x/a.log": TEXT.encode()}),
    "a.tar.gz": gzip.compress(tar(**{"x/t.db": sqlite(), "x/a.log": TEXT.encode()}), mtime=0),
}  # fmt: skip
"""Files of text, by their names."""
