"""Measures an authority's console among 300 operators and 1,000,000 dispatches: pages, and dispatches taken in.

    python benchmarks/dispatches.py [--rows 1000000] [--operators 300] [--rounds 5]

On PostgreSQL. Each page is divided by the plain SELECT of its rows in the same run; what is taken in (verified, kept,
noted for the log, receipted) by the verification of its signature alone. Rows are written by SQL, as acts leave them.
"""

from __future__ import annotations

import time
from typing import Any

import console
from lists import Asked

ROWS, OPERATORS, TAKEN = 1_000_000, 300, 300
_ROWS = "SELECT * FROM dispatches_dispatchrow"
PAGES = (
    Asked("list", "/r/dispatches/", f"{_ROWS} ORDER BY id DESC LIMIT 50"),
    Asked("list, page 1000", "/r/dispatches/?page=1000", f"{_ROWS} ORDER BY id DESC LIMIT 50 OFFSET 49950"),
    Asked("one kind", "/r/dispatches/?kind=suspension", f"{_ROWS} WHERE kind = 'suspension' ORDER BY id DESC LIMIT 50"),
    Asked("to be read", "/r/dispatches/?state=arrived", f"{_ROWS} WHERE state = 'arrived' ORDER BY id DESC LIMIT 50"),
    Asked("search a matter", "/r/dispatches/?q=I-2026-004711",
          f"{_ROWS} WHERE matter = 'I-2026-004711' ORDER BY id DESC LIMIT 50"),
    Asked("search nothing there", "/r/dispatches/?q=nowhere",
          f"{_ROWS} WHERE matter = 'nowhere' ORDER BY id DESC LIMIT 50"),
    Asked("search all for it", "/r/dispatches/?q=nowhere&all=1",
          f"{_ROWS} WHERE matter = 'nowhere' ORDER BY id DESC LIMIT 50"),
    Asked("one day", "/r/dispatches/?since=2026-03-01&until=2026-03-01",
          f"{_ROWS} WHERE created_at >= '2026-03-01' AND created_at < '2026-03-02' ORDER BY id DESC LIMIT 50"),
    Asked("one dispatch", "/r/dispatches/DI-2026-0500000/", f"{_ROWS} WHERE number = 'DI-2026-0500000'"),
    Asked("peers", "/r/peers/", "SELECT * FROM peers_peer ORDER BY id DESC LIMIT 50"),
    Asked("home", "/", "SELECT * FROM registers_clock WHERE met IS NULL ORDER BY due LIMIT 12"),
)  # fmt: skip


def main() -> None:
    """Fill an authority's console, ask every page in turns with its plain SELECT, take dispatches in."""
    parser = console.asked(__doc__, ROWS, OPERATORS)
    with console.filled(parser.parse_args(), "dispatches", _fill, PAGES):
        print(_taken())


def _fill(operators: int, rows: int, _person: Any) -> None:
    from django.db import connection

    from shouze.registers.peers.models import Peer

    Peer.objects.bulk_create(
        Peer(
            number=f"P-2026-{n:04}",
            title=f"经营者 {n}（虚构）",
            state="trusted",
            side="operator",
            party=f"o{n}.example/{n}",
        )
        for n in range(operators)
    )
    with connection.cursor() as cursor:
        cursor.execute(_DISPATCHES, [rows])
        cursor.execute(_CLOCKS)
        cursor.execute("ANALYZE")


_DISPATCHES = """
INSERT INTO dispatches_dispatchrow (number, title, state, version, created_at, changed_at, peer_id, direction, kind,
    matter, sequence, dispatch_id, in_reply_to, dated, sha256, signed, body, about, receipt, tries, problem)
SELECT 'DI-2026-' || lpad(n::text, 7, '0'), '公文 ' || n,
    CASE WHEN n %% 1000 = 0 THEN 'arrived' WHEN n %% 2 = 0 THEN 'settled' ELSE 'delivered' END, 2, at, at, peers.id,
    CASE WHEN n %% 2 = 0 THEN 'in' ELSE 'out' END,
    (ARRAY['incident-report', 'received', 'question', 'answer', 'suspension', 'acknowledgement', 'letter'])[1 + n %% 7],
    'I-2026-' || lpad((n / 20)::text, 6, '0'), n %% 20 + 1, md5(n::text), '', at, md5(n::text) || md5('x' || n),
    repeat(md5(n::text), 30), '{"title": "某文", "text": "某事"}', '', '', 0, ''
FROM generate_series(1, %s) AS n
CROSS JOIN LATERAL (SELECT timestamptz '2026-01-01' + n * interval '30 seconds' AS at) AS moment
JOIN (SELECT id, row_number() OVER () - 1 AS place, count(*) OVER () AS all FROM peers_peer) AS peers
    ON peers.place = (n / 20) %% peers.all
"""
_CLOCKS = """
INSERT INTO registers_clock (register, entry, number, kind, title_zh, title_en, since, due, roles, duty, reminded)
SELECT 'dispatches', id, number, 'read', '处理来文', 'Attend to a dispatch', created_at,
    created_at + interval '300 days', ',inspector,head,', '', ''
FROM dispatches_dispatchrow WHERE state = 'arrived'
"""


def _taken() -> str:
    """Take dispatches of one more operator in, each a matter of its own; divide by verifying them alone."""
    from tests.registers import parties

    from shouze.link.dispatch import read
    from shouze.link.packet import Packet
    from shouze.registers.dispatches.taking import take
    from shouze.registers.ports import GIVEN

    with parties.joined() as mine:
        other = parties.Other()
        peer = other.trusted()
        signed = [other.seal(id=f"{n:032x}", matter=f"M-{n}", sequence=1) for n in range(1, TAKEN + 1)]
        raw = [Packet(each).encoded() for each in signed]
        begin = time.perf_counter()
        for each in signed:
            read(each, lambda _party: peer.known(GIVEN.now()), mine.party, GIVEN.now())
        middle = time.perf_counter()
        for each in raw:
            take(each)
        whole = time.perf_counter() - middle
    alone = middle - begin
    return f"{TAKEN / whole:,.0f} dispatches a second are taken in; {whole / alone:.0f} times verifying alone"


if __name__ == "__main__":
    main()
