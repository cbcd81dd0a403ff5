"""``shouze up``: everything in one process and one folder."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Callable, Coroutine
from typing import Any

import click

from shouze import wiring
from shouze.cli.log_keeping import tell_witness
from shouze.cli.serving import ROOMS, at, listen, run, run_all, stopping, url_of
from shouze.cli.terminal import Terminal
from shouze.cli.words import command, option
from shouze.settings import PORTAL_HOST, Settings, load_settings
from shouze.wiring.desk import HOSTS, OWN_TOKENS, Desk, open_desk


@command(
    "在一个进程、一个目录中运行全部：补齐缺少的内容，然后提供服务，直到收到停止信号。",
    "Run everything in one process and one folder: create what is missing, then serve until told to stop.",
)
@option("--port", type=click.IntRange(0, 65535), zh="端口（默认 8420，0 为任选）", en="port (8420; 0 takes a free one)")
@option("--host", zh="监听地址（默认 127.0.0.1）", en="address to listen on (127.0.0.1)")
@option("--public", is_flag=True, zh="允许其他机器访问", en="let other machines reach it")
@click.pass_obj
def up(terminal: Terminal, port: int | None, host: str | None, public: bool) -> None:
    """Create, tell, serve."""
    run_everything(terminal, load_settings(terminal.home, os.environ), host, port, public=public)


Beside = Callable[[str, asyncio.Event], Coroutine[Any, Any, None]]
"""What goes on beside the server: it is given the server's URL, and the event that ends it all."""


def run_everything(
    terminal: Terminal, settings: Settings, host: str | None, port: int | None, *, public: bool,
    beside: Beside | None = None,
) -> None:  # fmt: skip
    """Create what the installation lacks, tell where it is, serve until told to stop."""
    listening = listen(*at(settings, host, port), public=public)
    with listening:
        for name in wiring.prepare(terminal.home, settings):
            terminal.say(f"已建立 {name}", f"created {name}")
        run(_run(terminal, settings, listening, beside), settings.log_level)
    terminal.say("已停止。最后的检查点已签署。", "Stopped. The last checkpoint is signed.")


async def _run(terminal: Terminal, settings: Settings, listening: socket.socket, beside: Beside | None = None) -> None:
    home = terminal.home
    async with stopping() as stop, wiring.installation(home, settings, covered=True) as opened:
        url = url_of(listening)
        desk = await open_desk(opened, url)
        _tell(terminal, opened, url, desk)
        await run_all(opened, listening, stop, desk, *([beside(url, stop)] if beside else []))


def _tell(terminal: Terminal, opened: wiring.Installation, url: str, desk: Desk | None) -> None:
    policy = opened.door.room.policy
    terminal.say(*ROOMS)
    tell_witness(terminal, opened.settings)
    if not policy.services:
        terminal.say("下一步：shouze declare 文件", "next: shouze declare FILE")
    if not any(policy.grants.values()):
        terminal.say("下一步：shouze policy apply 文件", "next: shouze policy apply FILE")
    if not policy.callers.keys() - OWN_TOKENS:
        terminal.say("下一步：shouze token issue --kind …", "next: shouze token issue --kind …")
    terminal.say(f"目录 {terminal.home}", f"folder {terminal.home}")
    terminal.say(f"接口文档 {url}/v1/openapi.json", f"documented at {url}/v1/openapi.json")
    if desk:
        at_desk = url.replace("127.0.0.1", HOSTS[opened.settings.house])
        terminal.say(f"桌面 {at_desk}", f"the desk at {at_desk}")
        if opened.settings.house == "operator":
            at_portal = url.replace("127.0.0.1", PORTAL_HOST)
            terminal.say(f"用户门户 {at_portal}", f"the portal for users at {at_portal}")
        if desk.first_code:
            terminal.say(f"首次登记代码 {desk.first_code}", f"code to register the first person: {desk.first_code}")
    terminal.say(f"服务地址 {url}", f"serving at {url}")
