"""The store keeps custody, keys and log tables on SQLite and PostgreSQL.

The modules named after a port (``custody``, ``keys``, ``policies``, ``replies``, ``staging``, ``press``) implement it
over a ``Database``; ``sqlite`` and ``postgres`` are the two databases; ``migrate`` keeps the tables.
"""
