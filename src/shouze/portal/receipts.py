"""What the portal signs: receipts of consents, certificates of erasure; and the public key that they are checked with.

A receipt is JSON-LD in the words of the W3C's Data Privacy Vocabulary, with the fields of ISO/IEC TS 27560:2023; beside
it stands a compact JWS (RFC 7515, EdDSA) over exactly these bytes.
"""

from __future__ import annotations

import json
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc import jws

from shouze.client.ed25519 import ALGORITHM, base64url, signing_key
from shouze.errors import UnavailableError
from shouze.language import Text
from shouze.portal.agreeing import Asked
from shouze.portal.ports import GIVEN

KEY_ID = "portal"
_CONTEXT = {
    "dpv": "https://w3id.org/dpv#",
    "dct": "http://purl.org/dc/terms/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def receipt_of(asked: Asked, subject: str) -> bytes:
    """Return the signed receipt of a consent, as JSON-LD."""
    return signed(_receipt(asked, subject))


def signed(content: dict[str, Any]) -> bytes:
    """Return content with its own signature beside it: ``proof`` is a JWS over the content's bytes without it."""
    body = _bytes(content)
    return _bytes({**content, "proof": {"type": "JsonWebSignature", "kid": KEY_ID, "jws": sign(body)}})


def sign(body: bytes) -> str:
    """Return a compact JWS over bytes."""
    header = {"alg": ALGORITHM, "kid": KEY_ID}
    text: str = jws.serialize_compact(header, body, signing_key(_key()), algorithms=[ALGORITHM])
    return text


def public_keys() -> dict[str, Any]:
    """Return the portal's public key as a JWK set (RFC 7517)."""
    return {
        "keys": [
            {
                "kty": "OKP",
                "crv": ALGORITHM,
                "use": "sig",
                "kid": KEY_ID,
                "x": base64url(_key().public_key().public_bytes_raw()),
            }
        ]
    }


def _receipt(asked: Asked, subject: str) -> dict[str, Any]:
    consent, whole = asked.consent, GIVEN.public.operator()
    assert consent is not None  # noqa: S101 - whoever asks for a receipt has one
    withdrawn = consent.withdrawn_at
    return {
        "@context": _CONTEXT, "@type": "dpv:ConsentRecord", "schema_version": "ISO/IEC TS 27560:2023",
        "dct:created": GIVEN.now().isoformat(), "dpv:hasDataSubject": {"@id": f"urn:shouze:subject:{subject}"},
        "dpv:hasDataController": {
            "@type": "dpv:DataController", "dpv:hasName": _both(whole.name) if whole else [],
            "dpv:hasContact": _both(whole.contact) if whole else [],
        },
        "dpv:hasProcess": {
            "dpv:hasService": asked.service, "dpv:hasNotice": {"version": consent.version},
            "dpv:hasPurpose": {
                "@id": f"urn:shouze:purpose:{asked.service}/{asked.purpose.id}", "dct:title": _both(asked.name),
            },
            "dpv:hasPersonalData": list(consent.items), "dpv:hasRecipient": list(consent.recipients),
            "dpv:hasProcessing": list(asked.purpose.means), "dpv:hasStorageCondition": _both(asked.kept),
            "dpv:hasLegalBasis": "dpv:Consent",
        },
        "dpv:hasConsentStatus": "dpv:ConsentWithdrawn" if withdrawn else "dpv:ConsentGiven",
        "events": [
            {"event": "dpv:ConsentGiven", "time": consent.at.isoformat(), "act": consent.act,
             "channel": consent.channel},
            *([{"event": "dpv:ConsentWithdrawn", "time": withdrawn.isoformat()}] if withdrawn else []),
        ],
    }  # fmt: skip


def _both(text: Any) -> list[dict[str, str]]:
    told = Text(text.zh, text.en)
    return [{"@language": "zh-Hans", "@value": told.zh}, {"@language": "en", "@value": told.en}]


def _bytes(content: dict[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _key() -> Ed25519PrivateKey:
    if GIVEN.key is None:
        raise UnavailableError(Text("此处不能签名", "Nothing is signed here"))
    return GIVEN.key
