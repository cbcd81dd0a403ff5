"""Joins bulk operations with the door, the store and publication."""

from __future__ import annotations

from shouze.gateway.bulk.means import Means
from shouze.gateway.bulk.office import Bulk
from shouze.store.bulk import FolderResults, StoredRequests
from shouze.wiring.joining import Gateway, Installation

FOLDER = "bulk"
"""Where results wait for their recipients, in the installation's folder; gateways of one operator share it."""


def bulk_of(opened: Gateway) -> Bulk:
    """Return the bulk operations of an open door; a gateway alone leaves publishing approvals to the desk."""
    publish = opened.publisher.apply if isinstance(opened, Installation) else None
    requests = StoredRequests(opened.stores.databases["custody"])
    return Bulk(Means(opened.door.room, requests, FolderResults(opened.home / FOLDER), publish))
