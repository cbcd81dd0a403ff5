"""Gateway, desk and portal as processes of their own on PostgreSQL: a user complains, is answered, and reads it."""

from __future__ import annotations

import json
import re
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs

import httpx
import psycopg
import pytest
from joserfc import jws
from joserfc.jwk import RSAKey

from shouze.cli.story.people import person
from shouze.settings import Settings
from shouze.wiring.desk_apart import ENTRIES_FILE as DESKS
from shouze.wiring.portal_apart import ENTRIES_FILE as PORTALS
from tests.cli.shell import PATIENCE, Shell, address, running
from tests.cli.test_up import COLLECT, post
from tests.wiring.planes import (
    engaged_there,
    login,
    not_served,
    prepared,
    signed_in,
    stopped,
    submitted,
    until,
)
from tests.wiring.test_desk_apart import desks, owner
from tests.wiring.test_portal_apart import HOST, OTHERS, opened_by

__all__ = ["desks", "owner"]
PHONE = person(0).phone
STORY, ANSWER = "我从未同意接收短信", "已核实，不再向您发送"
PROOF = ("proof.pdf", b"%PDF-1.7 a picture of the message", "application/pdf")
CODE = re.compile(r"\d{6}")
PROVIDERS = RSAKey.generate_key(2048, {"kid": "provider"}, private=True)
LONG = re.compile(rb"[A-Za-z0-9+/_=-]{40,}")
DENIED = (
    "SELECT * FROM keys.subject_key", "SELECT * FROM custody.subject", "SELECT * FROM custody.subject_value",
    "SELECT * FROM custody.policy", "SELECT * FROM custody.entry", "INSERT INTO custody.entry VALUES ('x')",
    "SELECT custody.publish(1, '', '', 0, '', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', NULL)",
    "SELECT * FROM log.bundle", "SELECT * FROM log.opening", "SELECT * FROM desk.letters_letter",
    "SELECT * FROM desk.letters_sealkey", "SELECT * FROM desk.letters_enclosure", "SELECT * FROM desk.letters_party",
    "SELECT * FROM desk.complaints_complaint", "SELECT * FROM desk.requests_request",
    "SELECT * FROM desk.people_person", "SELECT * FROM desk.django_session", "SELECT * FROM desk.registers_event",
    "SELECT * FROM desk.registers_delivery", "SELECT * FROM desk.declarations_declarationrow",
    "SELECT * FROM desk.desk_heard", "DELETE FROM desk.django_migrations", "CREATE TABLE desk.more (id int)",
)  # fmt: skip


class Outside(BaseHTTPRequestHandler):
    """A gateway of short texts, and a provider of sign-ins that knows one user."""

    taken: ClassVar[list[dict[str, Any]]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.path == "/token":
            given = parse_qs(body.decode())["code"][0]
            told = {
                "access_token": "a",
                "token_type": "Bearer",
                "id_token": self.vouching(given.removeprefix("right.")),
            }
            self.say(told if given.startswith("right.") else {"error": "x"})
            return
        self.taken.append(json.loads(body)["data"])
        self.say({})

    def do_GET(self) -> None:
        if self.path == "/userinfo":
            self.say({"sub": "u-1", "phone_number": PHONE, "phone_number_verified": True})
            return
        at = f"http://{self.headers['host']}"
        if self.path == "/keys":
            self.say({"keys": [PROVIDERS.as_dict(private=False)]})
            return
        ends = {f"{name}_endpoint": f"{at}/{name}" for name in ("authorization", "token", "userinfo")}
        self.say({"issuer": at, "jwks_uri": f"{at}/keys", **ends})

    def vouching(self, nonce: str) -> str:
        """Return a signed ID token."""
        now = int(time.time())
        claims = {"iss": f"http://{self.headers['host']}", "aud": "c", "sub": "u-1", "iat": now, "exp": now + 60}
        content = json.dumps({**claims, "nonce": nonce})
        signed: str = jws.serialize_compact({"alg": "RS256", "kid": PROVIDERS.kid}, content, PROVIDERS)
        return signed

    def say(self, content: dict[str, Any]) -> None:
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(content).encode())

    def log_message(self, format: str, *_args: Any) -> None:  # noqa: A002 - the base's name
        pass


@contextmanager
def outside(taken: list[dict[str, Any]]) -> Iterator[str]:
    """Run a gateway of short texts, which it lists, and a provider of sign-ins that knows one user; yield its URL."""

    server = HTTPServer(("127.0.0.1", 0), type("Taking", (Outside,), {"taken": taken}))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def user(url: str, taken: list[dict[str, Any]]) -> httpx.Client:
    """Sign a user in by the code that their telephone gets."""
    browser = httpx.Client(base_url=url, timeout=PATIENCE, trust_env=False, headers=HOST)
    assert submitted(browser, "/sign-in", {"item": "phone", "value": PHONE}).status_code == 302
    until(lambda: bool(taken))
    assert taken[0]["to"].endswith(PHONE[-11:])
    found = CODE.search(taken[0]["text"])
    assert found is not None
    answer = submitted(browser, "/sign-in/code", {"code": found[0]})
    assert answer.status_code == 302, answer.text
    return browser


def not_known(home: Path, reached: tuple[str, ...], database: str) -> None:
    """Start a portal that nobody knows yet: it says what is to be applied."""
    with running(home, "serve", "portal", *reached, "--port", "0", SHOUZE_DATABASE=database) as process:
        _, said = process.communicate(timeout=PATIENCE)
    assert f"shouze policy apply {home / PORTALS}" in said
    assert {each.name for each in home.iterdir()} == {"portal.key", PORTALS}


@dataclass
class Stage:
    """Gateway, desk and portal, each a process with a folder and a role of its own, and what stands around them."""

    owner: Shell
    homes: dict[str, Path]
    logins: dict[str, str]
    processes: dict[str, subprocess.Popen[str]]
    urls: dict[str, str]
    taken: list[dict[str, Any]]


@contextmanager
def raised(owner: Shell, folder: Path, dsn: str) -> Iterator[Stage]:
    """Make an installation with a user and an officer, and start its planes by the command line."""
    homes = {name: folder / name for name in ("desk", "portal")}
    owner("migrate", "--roles")
    not_served(homes["desk"], dsn)
    owner("policy", "apply", str(homes["desk"] / DESKS))
    crm = prepared(owner)
    logins = {name: login(dsn, f"shouze_{name}") for name in ("gateway", "desk", "portal")}
    engaged_there(homes["desk"], Settings(database=dsn), owner)
    with ExitStack() as open_:
        urls, taken = dict[str, str](), list[dict[str, Any]]()
        stage = Stage(owner, homes, logins, {}, urls, taken)
        urls["outside"] = open_.enter_context(outside(taken))
        started(stage, open_, "gateway", owner.home, SHOUZE_NODE="1")
        started(stage, open_, "desk", homes["desk"], "--door", urls["gateway"])
        assert post(f"{urls['gateway']}/v1/collect", crm, COLLECT).status_code == 200
        reached = ("--door", urls["gateway"], "--desk", urls["desk"])
        not_known(homes["portal"], reached, logins["portal"])
        owner("policy", "apply", str(homes["portal"] / PORTALS))
        ways = {"SMS_URL": f"{urls['outside']}/", "PORTAL_OIDC_URL": urls["outside"], "PORTAL_OIDC_CLIENT": "c"}
        named = {f"SHOUZE_{name}": value for name, value in ways.items()}
        started(stage, open_, "portal", homes["portal"], *reached, **named)
        shown = httpx.Client(base_url=urls["portal"], headers=HOST, trust_env=False, timeout=30)
        open_.enter_context(closing(shown))
        until(lambda: "mobile" in shown.get("/").text)  # the desk takes the rules over within a minute
        yield stage


def started(stage: Stage, open_: ExitStack, plane: str, home: Path, *words: str, **more: str) -> None:
    """Start a plane in its role."""
    serving = running(home, "serve", plane, *words, "--port", "0", SHOUZE_DATABASE=stage.logins[plane], **more)
    stage.processes[plane] = open_.enter_context(serving)
    stage.urls[plane] = address(stage.processes[plane])


@pytest.mark.lasting
@pytest.mark.duty("A12-15d")
@pytest.mark.duty("A13-3-permissions")
def test_a_user_complains_at_a_portal_of_its_own_and_reads_what_the_desk_answers(
    owner: Shell, tmp_path: Path, postgres_dsn: str
) -> None:
    with raised(owner, tmp_path, postgres_dsn) as stage:
        urls = stage.urls
        assert httpx.get(f"{urls['portal']}/readyz", trust_env=False, timeout=30).json()["ready"] is True
        with closing(user(urls["portal"], stage.taken)) as browser, closing(signed_in(urls["desk"])) as officer:
            sees(browser)
            number = complains(browser)
            answers(officer, number)
            shown = browser.get(f"/complaints/{number}").text
            assert ANSWER in shown
            assert "Answered" in shown
            assert "The complainant read the answer" in officer.get(f"/r/complaints/{number}/").text
        assert_vouched_for(urls["portal"], urls["outside"])
        at_desk = httpx.get(f"{urls['desk']}/", headers={"host": "portal.localhost"}, trust_env=False, timeout=30)
        assert "/account/login/" in at_desk.headers["location"], "a desk of its own shows no portal"
        assert_no_others_key(stage)
        stopped(*reversed(stage.processes.values()))
    assert {each.name for each in stage.homes["portal"].iterdir()} == {"portal.key", PORTALS}
    assert_denied(stage.logins, postgres_dsn)


def assert_no_others_key(stage: Stage) -> None:
    """Look through what the portal's process has open, in its environment and in its memory."""
    portal, home, desk = stage.processes["portal"].pid, stage.homes["portal"], stage.homes["desk"]
    assert {each for each in opened_by(portal) if OTHERS.search(each)} == set()
    assert {each for each in opened_by(portal) if each.endswith(".key")} <= {str(home / "portal.key")}
    gateways = [stage.owner.home / name for name in ("log.key", "keyring.json")]
    others = secrets_of(desk / "letters.key", desk / "desk.key", *gateways)
    assert len(others) > 4
    assert held_by(portal, secrets_of(home / "portal.key")) != set(), "the search finds what is there"
    assert held_by(portal, others) == set()


def secrets_of(*paths: Path) -> set[bytes]:
    """Return what files of keys say that is long enough to be a secret."""
    return {each for path in paths for each in LONG.findall(path.read_bytes())}


def held_by(pid: int, wanted: set[bytes]) -> set[bytes]:
    """Return what stands in the environment or in the writable memory of a process."""
    found = {each for each in wanted if each in Path(f"/proc/{pid}/environ").read_bytes()}
    lines = Path(f"/proc/{pid}/maps").read_text().splitlines()
    places = [line.split()[0].split("-") for line in lines if line.split()[1].startswith("rw")]
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        for begin, end in ((int(low, 16), int(high, 16)) for low, high in places):
            memory.seek(begin)
            held = memory.read(end - begin) or b""
            found |= {each for each in wanted if each in held}
    return found


def sees(browser: httpx.Client) -> None:
    """What is held is shown as the user's own act; what has to be proved is asked for."""
    held = browser.get("/held").text
    assert "Show all" in held
    shown = submitted(browser, "/held", {"item": "name"}).text
    assert person(0).name in shown
    assert browser.get("/used").status_code == 200
    assert browser.get("/consents").status_code == 200
    asked = submitted(browser, "/held/phone/correct", {"value": "13800000000"}, {"enclosures": PROOF})
    assert asked.status_code == 302, asked.text
    assert "Corrections that you asked for" in browser.get("/held").text


def complains(browser: httpx.Client) -> str:
    """File a complaint with a file; return its number."""
    asked = {"matter": "disturbed", "service": "mobile", "story": STORY}
    wrong = submitted(browser, "/complaints/new", asked, {"enclosures": ("a.exe", b"MZ\xff\x00", "text/plain")})
    assert wrong.status_code == 422
    filed = submitted(browser, "/complaints/new", asked, {"enclosures": PROOF})
    assert filed.status_code == 302, filed.text
    number = filed.headers["location"].rpartition("/")[2]
    assert STORY in browser.get(f"/complaints/{number}").text
    assert browser.get("/complaints/CP-2020-0001").status_code == 404
    return str(number)


def answers(officer: httpx.Client, number: str) -> None:
    """Answer a complaint at the desk."""
    answered = submitted(officer, f"/complaints/{number}/answer", {"way": "portal", "text": ANSWER})
    assert answered.status_code == 302, answered.text


def assert_vouched_for(url: str, provider: str) -> None:
    """Sign in by what an outside provider vouches for: the portal's role suffices, and nobody's account is read."""
    with httpx.Client(base_url=url, timeout=PATIENCE, trust_env=False, headers=HOST) as browser:
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]*)"', browser.get("/sign-in").text)
        assert token is not None
        led = browser.post("/account/oidc/users/login/", data={"csrfmiddlewaretoken": token[1]})
        assert led.headers["location"].startswith(f"{provider}/authorization?"), led.text
        asked = httpx.URL(led.headers["location"]).params
        code = f"right.{asked.get('nonce', '')}"
        back = "/account/oidc/users/login/callback/"
        assert browser.get(back, params={"code": code, "state": "made-up"}).status_code != 302
        arrived = browser.get(back, params={"code": code, "state": asked["state"]})
        assert arrived.status_code == 302, arrived.text
        assert "Show all" in browser.get("/held").text


def assert_denied(logins: dict[str, str], owner: str) -> None:
    """Try with the portal's own login what it may not, and what it may; and with the desk's to be a user."""
    account = (
        "INSERT INTO desk.socialaccount_socialaccount (provider, uid, last_login, date_joined, extra_data, user_id)"
        " SELECT 'staff', 'x', now(), now(), '{}', min(id) FROM desk.people_person"
    )
    count = "SELECT count(*) FROM desk.socialaccount_socialaccount"
    with psycopg.connect(owner, autocommit=True) as connection:
        connection.execute(account)
    with psycopg.connect(logins["portal"], autocommit=True) as connection:
        for statement in DENIED:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement.encode())
        assert connection.execute("SELECT count(*) FROM desk.portal_visit").fetchone() == (2,)
        assert connection.execute(count).fetchone() == (0,), "whose accounts staff have is none of the portal's"
    with psycopg.connect(logins["desk"], autocommit=True) as connection:
        assert connection.execute(count).fetchone() == (1,)
        for table in ("visit", "code", "attempt", "spent"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(f"SELECT * FROM desk.portal_{table}".encode())
