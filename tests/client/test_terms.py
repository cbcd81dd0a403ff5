"""Where a client may call, with what token, for how long."""

from __future__ import annotations

import httpx
import pytest

from shouze.client import AsyncClient, Client, Timeouts, calls
from shouze.client.terms import checked_url
from shouze.errors import InvalidError
from tests.client.reach import Script, reach


@pytest.mark.parametrize(
    "url",
    [
        "https://door.example", "https://door.example:8420/shouze", "http://127.0.0.1:8420", "http://127.8.9.1",
        "http://[::1]:8420", "http://localhost", "http://door.localhost:1",
    ],
)  # fmt: skip
def test_https_and_this_machine_are_reached(url: str) -> None:
    assert str(checked_url(url, allow_insecure=False)) == url


@pytest.mark.parametrize(
    "url",
    [
        "http://door.example", "http://10.0.0.1", "http://localhost.example", "http://127.0.0.1.example",
        "http://notlocalhost", "http://[fe80::1]", "http://0.0.0.0",
    ],
)  # fmt: skip
def test_a_token_does_not_travel_in_clear_unless_that_is_allowed(url: str) -> None:
    with pytest.raises(InvalidError) as caught:
        Client(url, "t")
    assert caught.value.field == "base_url"
    assert "in clear" in caught.value.say("en")
    assert "明文" in caught.value.say("zh")
    Client(url, "t", allow_insecure=True).close()


@pytest.mark.parametrize(
    "url",
    ["", "door.example", "ftp://door.example", "https://", "https://u:secret@door.example", "https://d/?q=secret",
     "https://d/#secret", "https://d:99999999", "file:///etc", "http://\x00"],
)  # fmt: skip
def test_what_is_no_address_is_refused_without_repeating_it(url: str) -> None:
    for allow_insecure in (False, True):
        with pytest.raises(InvalidError) as caught:
            checked_url(url, allow_insecure=allow_insecure)
        assert "secret" not in str(caught.value)
        assert caught.value.__context__ is None


@pytest.mark.parametrize("token", ["", "a b", "secret\r\nx: y", "секрет", "s" * 513, "secret\n"])
def test_what_cannot_be_a_token_is_refused_without_repeating_it(token: str) -> None:
    with pytest.raises(InvalidError) as caught:
        Client("https://door.example", token)
    assert caught.value.field == "token"
    assert "secret" not in str(caught.value)


def test_no_timeout_of_a_try_is_longer_than_what_is_left() -> None:
    assert Timeouts().within(1.5) == httpx.Timeout(1.5)
    assert Timeouts(connect=1, read=2, write=3, pool=4).within(9).as_dict() == {
        "connect": 1, "read": 2, "write": 3, "pool": 4,
    }  # fmt: skip


async def test_a_door_behind_a_path_is_reached(face: str) -> None:
    script = Script(httpx.Response(200, content=b'{"errors":[]}'))
    async with reach(face, "https://host.example/shouze/", transport=script) as door:
        await door("errors")
    assert script.requests[0].url == "https://host.example/shouze/v1/errors"
    assert script.sent("accept-encoding") == ["identity"]
    assert script.sent("accept-language") == ["en"]


def test_a_tokens_id_stays_one_part_of_the_path() -> None:
    assert calls.revoke_token("a/../b?c#d").path == "/v1/tokens/a%2F..%2Fb%3Fc%23d"


@pytest.mark.parametrize("kind", [Client, AsyncClient])
def test_the_environments_proxies_are_not_used(
    kind: type[Client] | type[AsyncClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert httpx.Client()._mounts, "another client would go through them"
    assert not kind("https://host.example", "t")._http._mounts
