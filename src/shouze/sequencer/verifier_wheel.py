"""Makes the wheel of shouze-verify out of the modules that are installed, and gathers the wheels that it needs.

Whoever is given an export can verify it on a machine with nothing but Python. The wheel is pure and the same at every
making; ``packages/shouze-verify`` makes the same modules into one where there is a checkout.
"""

from __future__ import annotations

import base64
import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from hashlib import sha256
from importlib import metadata, resources
from importlib.resources.abc import Traversable
from pathlib import Path

from shouze.errors import InvalidError, NotFoundError
from shouze.language import Text

REQUIREMENTS = "requirements.txt"
_PARTS = ("__init__.py", "errors.py", "language.py", "ledger", "verifier")
_KEPT = (".py", ".txt")
_EPOCH = (1980, 1, 1, 0, 0, 0)
_NEEDS = ("cryptography>=45", "msgspec>=0.19")


def build() -> tuple[str, bytes]:
    """Return name and bytes of the wheel."""
    version = _version()
    about = f"shouze_verify-{version}.dist-info"
    needs = "".join(f"Requires-Dist: {each}\n" for each in _NEEDS)
    content = {f"shouze/{path}": body for path, body in _modules()}
    content[f"{about}/METADATA"] = (
        f"Metadata-Version: 2.1\nName: shouze-verify\nVersion: {version}\nLicense: Apache-2.0\n"
        f"Requires-Python: >=3.11\n{needs}"
    ).encode()
    content[f"{about}/WHEEL"] = b"Wheel-Version: 1.0\nGenerator: shouze\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    content[f"{about}/entry_points.txt"] = b"[console_scripts]\nshouze-verify = shouze.verifier.program:main\n"
    content[f"{about}/RECORD"] = _record(content, f"{about}/RECORD").encode()
    return f"shouze_verify-{version}-py3-none-any.whl", _zipped(content)


def requirements() -> str:
    """Return what the wheel needs, pinned and hashed."""
    return resources.files("shouze.verifier").joinpath(REQUIREMENTS).read_text(encoding="utf-8")


def needed(folder: Path) -> dict[str, bytes]:
    """Return the wheels in a folder, by their names, each compared with the hashes of ``requirements``.

    InvalidError for one that is not among them; NotFoundError where a requirement has none.
    """
    hashed = _hashes(requirements())
    found: dict[str, bytes] = {}
    met = set()
    for path in sorted(folder.glob("*.whl")):
        body = path.read_bytes()
        name = hashed.get(sha256(body).hexdigest())
        if name is None:
            remedy = Text(
                "按 verify/requirements.txt 用 pip download --require-hashes 取得",
                "Fetch it with pip download --require-hashes by verify/requirements.txt",
            )
            words = Text("不是所列的文件（散列值不符）", "It is not one of those listed: its hash is another")
            raise InvalidError(words, field=path.name, remedy=remedy)
        found[path.name] = body
        met.add(name)
    if lacking := sorted(set(hashed.values()) - met):
        remedy = Text("把它们的 wheel 文件放入该目录", "Put their wheels into the folder")
        words = Text(f"缺少 {'、'.join(lacking)}", f"It lacks {', '.join(lacking)}")
        raise NotFoundError(words, field=str(folder), remedy=remedy)
    return found


def _version() -> str:
    return metadata.version("shouze")


def _modules() -> Iterator[tuple[str, bytes]]:
    root = resources.files("shouze")
    for part in _PARTS:
        yield from _below(part, root.joinpath(part))


def _below(path: str, place: Traversable) -> Iterator[tuple[str, bytes]]:
    if place.is_file():
        if path.endswith(_KEPT):
            yield path, place.read_bytes()
        return
    for each in sorted(place.iterdir(), key=lambda entry: entry.name):
        yield from _below(f"{path}/{each.name}", each)


def _record(content: Mapping[str, bytes], own: str) -> str:
    lines = []
    for path, body in content.items():
        digest = base64.urlsafe_b64encode(sha256(body).digest()).rstrip(b"=").decode()
        lines.append(f"{path},sha256={digest},{len(body)}\n")
    return "".join(lines) + f"{own},,\n"


def _zipped(content: Mapping[str, bytes]) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, body in content.items():
            entry = zipfile.ZipInfo(path, _EPOCH)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, body, zipfile.ZIP_DEFLATED)
    return whole.getvalue()


def _hashes(text: str) -> dict[str, str]:
    """Return the name of the requirement that each hash is one of."""
    found, name = {}, ""
    for line in text.splitlines():
        if begun := re.match(r"([A-Za-z0-9._-]+)==", line):
            name = begun[1]
        found.update(dict.fromkeys(re.findall(r"--hash=sha256:([0-9a-f]{64})", line), name))
    return found
