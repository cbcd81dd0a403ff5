"""Parquet, by record batches."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from shouze.errors import InvalidError
from shouze.intake.sources.row import Row, extra, text_of
from shouze.language import Text

_BATCH = 1_000


class Parquet:
    """An open Parquet file: says what ``Source`` says. The first row's number is 1."""

    def __init__(self, path: Path) -> None:
        """Open the file; InvalidError when it is none."""
        parquet, arrow = extra("pyarrow.parquet"), extra("pyarrow")
        self.name, self.notes = path.name, list[Text]()
        with path.open("rb") as file:
            self.identity = hashlib.file_digest(file, "sha256").hexdigest()
        try:
            self._file = parquet.ParquetFile(path)
        except arrow.ArrowInvalid:
            words = Text("不是有效的 Parquet 文件", "It is not a valid Parquet file")
            raise InvalidError(words, field=self.name, remedy=Text("核对文件", "Check the file")) from None
        self.header = [str(name) for name in self._file.schema_arrow.names]

    def rows(self) -> Iterator[Row]:
        """Yield the rows."""
        number = 0
        for batch in self._file.iter_batches(batch_size=_BATCH):
            columns = [column.to_pylist() for column in batch.columns]
            for cells in zip(*columns, strict=True):
                number += 1
                yield Row(number, [text_of(cell) for cell in cells])

    def close(self) -> None:
        """Close the file."""
        self._file.close()
