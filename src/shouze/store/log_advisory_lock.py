"""Locks the log on PostgreSQL with an advisory lock on a connection of its own.

The server lets go of it when the connection ends, or when it hears nothing any more. Imported only where a PostgreSQL
URL is used: psycopg is an extra.
"""

from __future__ import annotations

import asyncio

import psycopg

from shouze.store.driver import PATIENCE, unavailable
from shouze.store.postgres import Connection, connection_settings

_TAKE = "SELECT pg_try_advisory_lock(hashtext('shouze/sequencer'))"


class AdvisoryLock:
    """The advisory lock of the database that the URL names."""

    def __init__(self, url: str, *, patience: float = PATIENCE) -> None:
        """``patience``: seconds that the server may take to answer."""
        self._url, self._patience = url, patience
        self._connection: Connection | None = None

    async def take(self) -> bool:
        """Take it, or see that the connection that holds it still lives; UnavailableError when there is no server."""
        try:
            async with asyncio.timeout(self._patience):
                if self._connection is None:
                    self._connection = await self._connect()
                # Taking it twice in one session is allowed: what matters is that the session lives.
                row = await (await self._connection.execute(_TAKE)).fetchone()
        except (psycopg.Error, TimeoutError) as problem:
            await self.give_back()
            raise unavailable("postgresql") from problem
        if row != (True,):
            await self.give_back()
            return False
        return True

    async def give_back(self) -> None:
        """Let go of it by ending the connection."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()

    async def _connect(self) -> Connection:
        return await Connection.connect(self._url, **connection_settings(self._patience, "shouze sequencer"))
