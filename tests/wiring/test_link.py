"""The key for dispatches: made once, its party's name for ever, the log's key up to date."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest

from shouze.errors import InvalidError, NotFoundError
from shouze.ledger.note import Signer
from shouze.link.keys import PartyKey
from shouze.settings import Settings
from shouze.wiring.link import (
    COSIGNING_KEY,
    enrol_cosigner,
    enrol_link,
    own_of,
    read_cosigner,
    read_link_key,
    replace_link_key,
)
from tests.attack.loot import Loot
from tests.ledger.building import OTHER, SIGNER
from tests.registers.house import opened_door
from tests.wiring.copies import Copies


def test_a_key_is_made_once_and_is_nobody_elses_to_read(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        read_link_key(tmp_path)
    first = enrol_link(tmp_path, SIGNER.verifier())
    assert enrol_link(tmp_path, SIGNER.verifier()) == first
    assert (tmp_path / "link.key").stat().st_mode & 0o077 == 0


def test_the_name_stays_when_key_or_log_change(tmp_path: Path) -> None:
    first = enrol_link(tmp_path, SIGNER.verifier())
    replace_link_key(tmp_path, fresh := PartyKey.fresh())
    turned = Signer(f"{SIGNER.name}/2027", OTHER.key).verifier()
    after = enrol_link(tmp_path, turned)
    assert (after.party, after.key, after.log) == (first.party, fresh.text, turned.vkey)


def test_a_party_is_reached_where_the_settings_say(tmp_path: Path) -> None:
    found = enrol_link(tmp_path, SIGNER.verifier())
    assert own_of(found, Settings(), "http://here").address == "http://here"
    told = own_of(found, Settings(link_address="https://there"), "http://here")
    assert (told.address, told.tls) == ("https://there", True)


def test_peers_certificates_are_checked_by_the_authorities_named(tmp_path: Path) -> None:
    found = enrol_link(tmp_path, SIGNER.verifier())
    told = own_of(found, Settings(link_authorities=str(_certificate(tmp_path))), "")
    assert isinstance(told.tls, ssl.SSLContext)
    assert told.tls.verify_mode == ssl.CERT_REQUIRED
    assert len(told.tls.get_ca_certs()) == 1


def test_the_key_comes_back_with_the_keys_and_is_in_no_file_of_values(tmp_path: Path) -> None:
    copies = Copies(tmp_path, Settings())
    with opened_door(copies.home) as opened:
        copies.clock = opened.clock
        before = enrol_link(copies.home, SIGNER.verifier())
        copies.back_up()
    copies.restore(tmp_path / "new", Settings())
    assert read_link_key(tmp_path / "new") == before
    assert (tmp_path / "new" / "link.key").stat().st_mode & 0o077 == 0
    assert _taken(copies, tmp_path, copies.values) == []
    assert len(_taken(copies, tmp_path, copies.keys)) == 1


def test_only_an_authority_cosigns_under_a_key_of_its_own_that_is_in_no_backup(tmp_path: Path) -> None:
    copies = Copies(tmp_path, Settings())
    with opened_door(copies.home) as opened:
        copies.clock = opened.clock
        link = enrol_link(copies.home, SIGNER.verifier())
        assert (enrol_cosigner(copies.home, link, Settings()), read_cosigner(copies.home)) == (None, None)
        made = enrol_cosigner(copies.home, link, Settings(house="authority"))
        assert made is not None
        again = enrol_cosigner(copies.home, link, Settings(house="authority"))
        assert again is not None
        assert (again.verifier(), made.name) == (made.verifier(), f"{link.party}/witness")
        copies.back_up()
    copies.restore(tmp_path / "new", Settings())
    assert read_cosigner(tmp_path / "new") is None
    seed = (copies.home / COSIGNING_KEY).read_text().split("+", 4)[4].strip()  # base64 may hold a plus itself
    assert len(seed) == 44
    loot = Loot()
    for place, shelf in (("values", copies.values), ("keys", copies.keys)):
        (spare := tmp_path / f"spare-{place}").mkdir()
        loot.open_backups(place, shelf, spare, copies.identities)
    assert loot.holds(seed.encode()) == []


def _taken(copies: Copies, folder: Path, shelf: Path) -> list[str]:
    """Return where somebody finds the key who took one place of backups and every identity."""
    loot = Loot()
    loot.take_files("taken", shelf)
    sealed = loot.holds(read_link_key(copies.home).key.encode())
    (spare := folder / f"spare-{shelf.name}").mkdir()
    loot.open_backups("taken", shelf, spare, copies.identities)
    return sealed + loot.holds(read_link_key(copies.home).key.encode())


def _certificate(folder: Path) -> Path:
    from datetime import UTC, datetime, timedelta

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "ca")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(now).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True).sign(key, hashes.SHA256())
    )  # fmt: skip
    path = folder / "ca.pem"
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.mark.parametrize("name", ["link_certificate", "link_authorities"])
def test_certificates_that_cannot_be_used_are_named(tmp_path: Path, name: str) -> None:
    found = enrol_link(tmp_path, SIGNER.verifier())
    (tmp_path / "none.pem").write_text("no certificate")
    for path in (tmp_path / "missing.pem", tmp_path / "none.pem"):
        with pytest.raises(InvalidError) as told:
            own_of(found, Settings(**{name: str(path)}), "")  # type: ignore[arg-type]  # each of both is a text
        assert told.value.field == name
