"""``shouze serve``: gateway, sequencer, desk or portal as a process of its own, on PostgreSQL."""

from __future__ import annotations

import asyncio
import os
import socket

import click

from shouze import wiring
from shouze.api.lines import json_log, libraries_told
from shouze.cli.log_keeping import (
    beat,
    compare,
    keepers,
    now_and_then,
    tell_witness,
    watch_sequencer,
    watch_witness,
)
from shouze.cli.opening import settings_of
from shouze.cli.serving import answer_pages, at, erase, listen, run, stopping, together, url_of
from shouze.cli.serving import serve as answer
from shouze.cli.terminal import Terminal
from shouze.cli.turning import turn
from shouze.cli.words import Group, command, option
from shouze.errors import InvalidError, NotFoundError
from shouze.language import Text
from shouze.settings import Settings, changed, load_settings
from shouze.wiring.desk import work
from shouze.wiring.desk_apart import desk_apart
from shouze.wiring.desk_front import DeskFront, checks_of
from shouze.wiring.link import has_link_key, read_cosigner, read_link_key
from shouze.wiring.portal_apart import portal_apart
from shouze.wiring.preparing import KEY_RING, SIGNING_KEY, signing_keys


@click.group(
    cls=Group, words=Text("分开运行网关、定序器、桌面或用户门户。", "Run gateway, sequencer, desk or portal apart.")
)
def serve() -> None:
    """Gather the planes."""


@command(
    "运行网关：开启内容，写入记录。目录中须有密钥环，不须有签名私钥。",
    "Run the gateway: it opens values and appends records. Its folder holds the key ring, not the signing key.",
    group=serve,
)
@option("--port", type=click.IntRange(0, 65535), zh="端口（默认 8420，0 为任选）", en="port (8420; 0 takes a free one)")
@option("--host", zh="监听地址（默认 127.0.0.1）", en="address to listen on (127.0.0.1)")
@option("--public", is_flag=True, zh="允许其他机器访问", en="let other machines reach it")
@click.pass_obj
def gateway(terminal: Terminal, port: int | None, host: str | None, public: bool) -> None:
    """Serve the door alone."""
    settings = _apart(terminal, KEY_RING)
    with listen(*at(settings, host, port), public=public) as listening:
        tell_witness(terminal, settings)
        terminal.say(f"网关地址 {url_of(listening)}", f"gateway at {url_of(listening)}")
        run(_gateway(terminal, settings, listening), settings.log_level)


@command(
    "运行定序器：给记录排序并签署检查点。目录中须有签名私钥，不须有密钥环。",
    "Run the sequencer: it orders records and signs checkpoints. Its folder holds the signing key, not the key ring.",
    group=serve,
)
@click.pass_obj
def sequencer(terminal: Terminal) -> None:
    """Sequence alone."""
    settings = _apart(terminal, SIGNING_KEY)
    terminal.say("定序器已启动", "the sequencer runs")
    tell_witness(terminal, settings)
    with libraries_told(json_log(settings.log_level)):
        asyncio.run(_sequencer(terminal, settings))


@command(
    "运行桌面：登记台账，编制并公布策略，运行其定时任务。目录中有 desk.key，往来公文须有 link.key；"
    "不须有密钥环和签名私钥；表和角色由 shouze migrate --roles 建立。",
    "Run the desk: it keeps registers, compiles and publishes policy, and runs its rounds. Its folder holds desk.key, "
    "and link.key for dispatches, neither key ring nor signing key; shouze migrate --roles makes its tables and role.",
    group=serve,
)
@option("--door", zh="网关的地址（默认取设置 door_url）", en="URL of a gateway (by default the setting door_url)")
@option("--port", type=click.IntRange(0, 65535), zh="端口（默认 8420，0 为任选）", en="port (8420; 0 takes a free one)")
@option("--host", zh="监听地址（默认 127.0.0.1）", en="address to listen on (127.0.0.1)")
@option("--public", is_flag=True, zh="允许其他机器访问", en="let other machines reach it")
@click.pass_obj
def desk(terminal: Terminal, door: str | None, port: int | None, host: str | None, public: bool) -> None:
    """Serve the desk alone."""
    settings = _on_server(load_settings(terminal.home, os.environ))
    settings = changed(settings, door_url=door or settings.door_url)
    if not settings.door_url:
        remedy = Text("加上 --door http://127.0.0.1:8420", "Add --door http://127.0.0.1:8420")
        raise InvalidError(Text("没有说明网关的地址", "No gateway is named"), field="door_url", remedy=remedy)
    terminal.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with listen(*at(settings, host, port), public=public) as listening:
        run(_desk(terminal, settings, listening), settings.log_level)


async def _desk(terminal: Terminal, settings: Settings, listening: socket.socket) -> None:
    async with stopping() as stop, desk_apart(terminal.home, settings) as (keys, door, configured):
        if not await asyncio.to_thread(configured.peopled):
            code = keys.first_code
            terminal.say(f"首次登记代码 {code}", f"code to register the first person: {code}")
        checks = checks_of(configured, settings.door_url, door.policies.latest)
        if has_link_key(terminal.home):
            configured.join_link(read_link_key(terminal.home), url_of(listening), read_cosigner(terminal.home))
        front = DeskFront(configured.pages(), checks, settings.patience)
        terminal.say(f"桌面地址 {url_of(listening)}", f"the desk at {url_of(listening)}")
        log = json_log(settings.log_level)
        await together(stop, answer_pages(front, listening, stop, settings), work(configured, stop, log))


@command(
    "运行用户门户：用户只能通过网关办理本人的事；投诉、更正和公布的规则，以该用户的名义向桌面办理。"
    "目录中只有 portal.key，没有其他密钥；数据库角色 shouze_portal 只能使用门户的表（shouze migrate --roles 建立）。",
    "Run the portal: users do what is their own, through a gateway alone; complaints, corrections and the published "
    "rules it asks the desk for, in the one user's name. Its folder holds portal.key and no other key; its database "
    "role, shouze_portal, has the portal's tables alone (shouze migrate --roles).",
    group=serve,
)
@option("--door", required=True, zh="网关的地址", en="URL of a gateway")
@option("--desk", required=True, zh="桌面的地址", en="URL of the desk")
@option("--port", type=click.IntRange(0, 65535), zh="端口（默认 8420，0 为任选）", en="port (8420; 0 takes a free one)")
@option("--host", zh="监听地址（默认 127.0.0.1）", en="address to listen on (127.0.0.1)")
@option("--public", is_flag=True, zh="允许其他机器访问", en="let other machines reach it")
@click.pass_obj
def portal(terminal: Terminal, door: str, desk: str, port: int | None, host: str | None, public: bool) -> None:
    """Serve the portal alone."""
    settings = load_settings(terminal.home, os.environ)
    terminal.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with listen(*at(settings, host, port), public=public) as listening:
        run(_portal(terminal, settings, listening, (door, desk)), settings.log_level)


async def _portal(terminal: Terminal, settings: Settings, listening: socket.socket, reached: tuple[str, str]) -> None:
    async with stopping() as stop, portal_apart(terminal.home, settings, *reached) as (pages, checks):
        terminal.say(f"门户地址 {url_of(listening)}", f"the portal at {url_of(listening)}")
        front = DeskFront(pages, checks, settings.patience, "portal")
        await answer_pages(front, listening, stop, settings)


async def _gateway(terminal: Terminal, settings: Settings, listening: socket.socket) -> None:
    level = settings.log_level
    async with stopping() as stop, wiring.gateway(terminal.home, settings) as opened:
        log = json_log(level)
        watching = watch_witness(settings, opened.stores.databases["log"], stop, log, opened.journal)
        waiting = wiring.Waiting(opened.stores.databases["log"], opened.clock.now)
        beside = (
            erase(opened, stop, log), turn(opened, stop, log), beat(opened.journal, stop, log), watching,
            watch_sequencer(waiting, stop, log),
        )  # fmt: skip
        await together(stop, answer(opened, listening, stop, level), *beside)


async def _sequencer(terminal: Terminal, settings: Settings) -> None:
    async with stopping() as stop, wiring.sequencer(terminal.home, settings) as room:
        kept, log = (settings, room.database, room.verifier), json_log(settings.log_level)
        room.rounds.failed = now_and_then(log, "sequencing")
        await compare(*kept, log)
        await together(stop, room.rounds.run(stop), *keepers(*kept, stop, log))


def _apart(terminal: Terminal, key: str) -> Settings:
    """Return the settings of a plane whose folder holds this key; no plane makes one, the tables' owner does."""
    _on_server(load_settings(terminal.home, os.environ))
    if key == KEY_RING and not (terminal.home / key).exists():
        raise NotFoundError(
            Text("密钥环不在此目录", "The key ring is not in this folder"),
            field=str(terminal.home / key),
            remedy=Text(
                "链接到所有者目录中的密钥环（见 docs/servers.md）；不要另建一个",
                "Link it to the ring in the owner's folder (see docs/servers.md); do not make another",
            ),
        )
    if key == SIGNING_KEY and not signing_keys(terminal.home):
        raise NotFoundError(
            Text("日志的签名私钥不在此目录", "The log's signing key is not in this folder"),
            field=str(terminal.home / key),
            remedy=Text(
                "从所有者目录复制 log.key 和 log.key.vkey（见 docs/servers.md）；不要另建一个",
                "Copy log.key and log.key.vkey from the owner's folder (see docs/servers.md); do not make another",
            ),
        )
    return settings_of(terminal)


def _on_server(settings: Settings) -> Settings:
    if not settings.database:
        raise InvalidError(
            Text("SQLite 文件只由一个进程提供服务", "SQLite files are served by one process"),
            field="database",
            remedy=Text("设置 database，或用 shouze up", "Set database, or use shouze up"),
        )
    return settings
