"""What the portal has from outside is all that it has: a portal of its own cannot read the registers' tables."""

from __future__ import annotations

import ast

from tests.repository import files, tree

TABLELESS = {
    "shouze.registers.ports", "shouze.registers.describing", "shouze.registers.acting", "shouze.registers.vocabulary",
    "shouze.registers.languages", "shouze.registers.saying", "shouze.registers.office",
    "shouze.registers.mailing", "shouze.registers.publicly", "shouze.registers.declarations",
    "shouze.registers.declarations.comparing",
}  # fmt: skip
"""What of the registers may be imported whole: it reads no row, or (``publicly``) stands behind a port."""
APART = {("shouze.registers.reporting", "basis"), ("shouze.registers.rows", "Delivery")}
"""Names that read no row, and the outbox, which a portal of its own does not have (``Given.outbox``)."""


def test_no_page_of_the_portal_reads_a_table_of_the_registers_by_itself() -> None:
    found = {
        (path.stem, node.module, name.name)
        for path in files(".py", under="src/shouze/portal")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("shouze.registers")
        for name in node.names
    }
    assert {each for each in found if each[1] not in TABLELESS and each[1:] not in APART} == set()
    assert ("sending", "shouze.registers.rows", "Delivery") in found
