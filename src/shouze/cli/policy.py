"""``shouze policy``: write entries of the policy, and show the policy."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec
from msgspec.structs import replace

from shouze.api.answers import PolicyAnswer, ShownCaller
from shouze.cli.opening import at_work, read_input, with_stores
from shouze.cli.terminal import Terminal, print_json, print_rows
from shouze.cli.words import Group, command, option
from shouze.language import Text
from shouze.publication.idle import Idle, idle_grants, known_names, refuse_absent, refuse_idle
from shouze.publication.publish import Publication
from shouze.rules.document import read_document
from shouze.rules.entries import PolicyFile
from shouze.rules.policy import Policy
from shouze.store.opening import Stores
from shouze.wiring import Installation


@click.group(cls=Group, words=Text("写入或查看策略。", "Write policy entries, or show the policy."))
def policy() -> None:
    """Gather the commands of the policy."""


@command(
    "写入或移除策略条目，全部成功或全部不变。", "Write and remove entries, all or none.", name="apply", group=policy
)
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_obj
def apply_file(terminal: Terminal, file: Path) -> None:
    """Read a policy file and publish the policy with it."""
    document, lines = read_document(read_input(file), PolicyFile)

    async def act(opened: Installation) -> tuple[Publication, list[Idle]]:
        known = known_names(opened.door.room.policy, opened.publisher.statutes, document)
        refuse_idle(document, lines, known)
        refuse_absent(document, lines, await opened.publisher.registers())
        return await opened.publisher.apply(document, terminal.by), [*idle_grants(document, known)]

    publication, idle = at_work(terminal, act)
    for field, name in idle:
        line = lines.of(field)
        terminal.note(
            f"注意：第 {line} 行 {field}：没有 {name}，暂不起作用",
            f"note: line {line}, {field}: there is no {name}, so that it permits nothing yet",
        )
    terminal.say(
        f"策略第 {publication.epoch} 期已公布，摘要 {publication.digest}",
        f"policy epoch {publication.epoch} is published, digest {publication.digest}",
    )


@command(
    "查看现行策略，不含令牌摘要。", "Show the policy in force, without the hashes of tokens.", name="show", group=policy
)
@option("--json", "as_json", is_flag=True, zh="以 JSON 输出全部内容", en="print all of it as JSON")
@click.pass_obj
def show(terminal: Terminal, as_json: bool) -> None:
    """Print the policy."""

    async def act(stores: Stores) -> Policy:
        return await stores.policies.latest()

    found = with_stores(terminal, act)
    if as_json:
        print_json(_without_hashes(found))
        return
    terminal.say(f"策略第 {found.epoch} 期，摘要 {found.digest}", f"policy epoch {found.epoch}, digest {found.digest}")
    print_rows(_rows(terminal, found))


def shown_callers(found: Policy) -> dict[str, ShownCaller]:
    """Return the tokens of a policy by id, without the hashes of their secrets."""
    return {
        name: ShownCaller(each.kind, each.actor, each.until, each.post, each.agent, each.revoked)
        for name, each in sorted(found.callers.items())
    }


def _without_hashes(found: Policy) -> object:
    answer = PolicyAnswer(replace(found, callers={}), shown_callers(found))
    return msgspec.json.decode(msgspec.json.encode(answer, order="deterministic"))


def _rows(terminal: Terminal, found: Policy) -> list[tuple[str, str]]:
    rows = [
        (
            terminal.show(Text("业务", "service")),
            f"{name}@{rule.version}: {', '.join(rule.purposes)}",
        )
        for name, rule in found.services.items()
    ]
    named = (
        (Text("授权对象", "may act"), sorted(found.grants)),
        (Text("可管理策略", "administers"), sorted(found.administrators)),
        (Text("培训证书", "certificates"), sorted(found.certificates or ())),
        (Text("代理人", "agents"), sorted(found.agents)),
        (Text("责令暂停", "orders"), [each.id for each in found.orders]),
        (Text("冻结", "freezes"), [each.id for each in found.freezes]),
        (Text("批准", "approvals"), sorted(found.approvals)),
        (Text("令牌", "tokens"), [str(len(found.callers))]),
        (Text("签发者", "issuers"), sorted(found.issuers)),
    )
    return rows + [(terminal.show(words), ", ".join(ids) or "—") for words, ids in named]
