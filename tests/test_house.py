"""The rules of this house that a program can check: sizes, names, reasons, requirements, duties and their tests."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.conftest import ROOT
from tests.repository import comments, files, text, tree

SOURCES = Path("src/shouze")
STATUTE = SOURCES / "rules" / "statutes" / "order24.toml"
WORDS_NOT_USED = {
    "base", "common", "core", "data", "engine", "handler", "handlers", "helper", "helpers", "info", "manager",
    "managers", "util", "utils",
}  # fmt: skip
TESTS_WITHOUT_A_MODULE = {
    "tests/attack/": "attacks whole installations",
    "tests/api/routes/": "one file for each route",
    "tests/authority/journeys/": "walks through the authority's pages in a browser",
    "tests/benchmarks/": "runs the benchmarks small",
    "tests/cli/test_adopting.py": "does what a page of the documents says",
    "tests/client/test_fit.py": "compares the client with the API",
    "tests/client/test_retries.py": "one question to both faces",
    "tests/client/test_silence.py": "reads what the whole client shows",
    "tests/client/test_verbs.py": "every verb on both faces",
    "tests/desk/journeys/": "walks through the desk in a browser",
    "tests/portal/journeys/": "walks through the portal in a browser",
    "tests/web/test_templates.py": "reads every template",
    "tests/faults/": "hurts whole installations",
    "tests/discovery/test_hostile_files.py": "breaks every kind of file",
    "tests/discovery/test_quality.py": "tries the whole scanner on the benchmarks' material",
    "tests/gateway/test_dying.py": "kills the whole door",
    "tests/gateway/test_two_gateways.py": "runs two doors on one database",
    "tests/hostile/": "attacks the whole API",
    "tests/network/": "joins whole installations by a wire that it disturbs",
    "tests/ledger/test_published_log.py": "reads a whole log that others published",
    "tests/test_demo.py": "plays the demonstration",
    "tests/test_postgres.py": "tries what lends the tests their database",
    "tests/test_documents.py": "reads the documents",
    "tests/test_house.py": "reads the whole repository",
    "tests/systems/": "meets other systems",
    "tests/upgrading/": "takes installations of earlier releases onward",
}
NAMES_OF_OTHERS = {"data_received", "handle_data"}
"""Methods that another library calls by its own word (here asyncio's protocols and its HTML parser)."""
REGISTRIES = [
    "pypi" + ".org", "python" + "hosted.org", "npmjs" + ".org", "npmjs" + ".com", "proxy." + "golang.org",
    "index." + "crates.io", "registry" + "+http",
]  # fmt: skip
SILENCE = re.compile(
    r"#\s*(?:noqa|type:\s*ignore|(?=pragma))(?P<code>:(?:,?\s*[A-Z]+\d+)+|\[[a-z, -]+\]|pragma:\s*no (?:cover|branch))?"
    r"[\s#:—-]*(?P<reason>.*)"
)
INDEX_OPTION = re.compile(r"--(extra-)?" + r"index-url|^\s*(extra-)?" + r"index-url\s*=", re.MULTILINE)


def test_modules_stay_within_400_lines() -> None:
    assert [f"{path}: {lines}" for path in _written() if (lines := text(path).count("\n")) > 400] == []


def test_functions_stay_within_40_lines() -> None:
    assert [f"{where}: {lines}" for where, lines in _function_lengths() if lines > 40] == []


def test_files_and_folders_are_named_by_what_they_are_about() -> None:
    named = [path for path in files(".py") if WORDS_NOT_USED & set(re.split(r"[/_.]", path.as_posix()))]
    assert named == []


def test_classes_and_functions_use_the_words_of_the_design() -> None:
    found = []
    for path in files(".py", under="src"):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                words = {word.lower() for word in re.findall(r"[A-Z]?[a-z0-9]+", node.name)}
                words -= words if node.name in NAMES_OF_OTHERS else set()
                found += [f"{path}:{node.lineno} {node.name}"] if words & WORDS_NOT_USED else []
    assert found == []


def test_every_module_says_what_it_does() -> None:
    silent = [path for path in files(".py") if text(path).strip() and not ast.get_docstring(tree(path))]
    assert silent == []
    unsaid = [path for path in files(".py", under="src") if not ast.get_docstring(tree(path))]
    assert unsaid == []


def test_the_table_of_parts_says_what_the_parts_say_of_themselves() -> None:
    command = [sys.executable, "tools/architecture.py"]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_whatever_catches_everything_says_why() -> None:
    """``except BaseException:  # however it ended: half a backup is none``: the reason in the line itself."""
    found = []
    for path in files(".py"):
        told = {line for line, comment in comments(path) if len(comment.split()) > 1}
        handlers = [node for node in ast.walk(tree(path)) if isinstance(node, ast.ExceptHandler)]
        found += [f"{path}:{each.lineno}" for each in handlers if _is_broad(each) and each.lineno not in told]
    assert found == []


def _is_broad(handler: ast.ExceptHandler) -> bool:
    caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(each is None or ast.unparse(each) in ("Exception", "BaseException") for each in caught)


def test_whatever_silences_a_check_says_what_and_why() -> None:
    """``# noqa: S608 - the table's name is a constant``: a code, then a reason, in the line itself."""
    found = []
    for path in files(".py"):
        for line, comment in comments(path):
            silence = SILENCE.search(comment)
            if silence and not (silence["code"] and len(silence["reason"].split()) > 1):
                found.append(f"{path}:{line} {comment}")
    assert found == []


def test_rules_and_ledger_open_no_file_and_read_no_clock() -> None:
    """What import-linter cannot see: the built-in ``open`` and the clock inside ``datetime``."""
    found = []
    for path in (*files(".py", under="src/shouze/rules"), *files(".py", under="src/shouze/ledger")):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call):
                name = ast.unparse(node.func)
                impure = name in {"open", "input", "print"} or name.endswith((".now", ".utcnow", ".today"))
                found += [f"{path}:{node.lineno} {name}"] if impure else []
    assert found == []


def test_no_file_names_a_package_registry() -> None:
    found = [f"{path}: {host}" for path in files() for host in REGISTRIES if host in text(path)]
    found += [f"{path}: {match.group()}" for path in files() for match in INDEX_OPTION.finditer(text(path))]
    assert found == []


def test_every_requirement_is_pinned_and_hashed() -> None:
    for name in ("runtime", "development", "spark"):
        for requirement in _requirements(name):
            assert re.match(r"[a-z0-9-]+(\[[a-z, -]+\])?==[^ ]+ ", requirement), requirement
            assert " --hash=sha256:" in requirement, requirement


def test_the_development_set_holds_the_runtime_set() -> None:
    runtime, development = (_pins(name) for name in ("runtime", "development"))
    assert runtime.items() - development.items() == set()


def test_every_dependency_of_the_project_is_pinned() -> None:
    project = tomllib.loads(text(Path("pyproject.toml")))
    groups = project["dependency-groups"]
    runtime = [*project["project"]["dependencies"], *project["project"]["optional-dependencies"]["postgres"]]
    assert _names([*runtime, *groups["install"]]) - _pins("runtime").keys() == set()
    assert _names(groups["dev"]) - _pins("development").keys() == set()
    assert _names(project["project"]["optional-dependencies"]["native"]) - _pins("development").keys() == set()
    assert _names(project["project"]["optional-dependencies"]["spark"]) - _pins("spark").keys() == set()


def test_every_test_file_stands_where_its_module_stands() -> None:
    loose = []
    for path in files(".py", under="tests"):
        listed = path.as_posix().startswith(tuple(TESTS_WITHOUT_A_MODULE))
        if path.name.startswith("test_") and not listed:
            place = SOURCES / path.relative_to("tests").parent / path.stem.removeprefix("test_")
            loose += [] if any((ROOT / found).exists() for found in (place.with_suffix(".py"), place)) else [path]
    assert loose == []


def test_every_duty_of_the_door_has_its_line() -> None:
    said = " ".join(comment for path in files(".py", under="src") for _, comment in comments(path))
    assert [
        duty for duty in _duties_of_the_door() if not re.search(rf"(?<![\w-]){re.escape(duty)}(?![\w-])", said)
    ] == []


def test_every_duty_of_the_door_has_its_test() -> None:
    tried = {duty for path in files(".py", under="tests") for duty in _duties_tried(path)}
    assert [duty for duty in _duties_of_the_door() if duty not in tried] == []


def test_every_duty_that_a_test_names_is_in_the_catalogue() -> None:
    known = {row["id"] for row in _rows()}
    tried = {duty: path for path in files(".py", under="tests") for duty in _duties_tried(path)}
    assert [f"{path}: {duty}" for duty, path in tried.items() if duty not in known] == []


def _written() -> list[Path]:
    return [path for path in files(".py") if "migrations" not in path.parts]


def _function_lengths() -> Iterator[tuple[str, int]]:
    for path in _written():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{path}:{node.lineno} {node.name}", (node.end_lineno or node.lineno) - node.lineno + 1


def _requirements(name: str) -> list[str]:
    """Return the requirements of a file, each joined into one line, without the remarks."""
    lines = text(Path("requirements") / f"{name}.txt").replace("\\\n", " ").splitlines()
    return [" ".join(line.split()) for line in lines if line.strip() and not line.strip().startswith("#")]


def _pins(name: str) -> dict[str, str]:
    pairs = (requirement.split("==", 1) for requirement in _requirements(name))
    return {package.partition("[")[0]: version.split(" ", 1)[0] for package, version in pairs}


def _names(dependencies: list[Any]) -> set[str]:
    named = [re.split(r"[\[<>=~ ]", dependency)[0] for dependency in dependencies if isinstance(dependency, str)]
    return {name.lower().replace("_", "-") for name in named}


def _rows() -> list[dict[str, Any]]:
    tables = tomllib.loads(text(STATUTE)).values()
    return [row for table in tables if isinstance(table, list) for row in table if "id" in row]


def _duties_of_the_door() -> list[str]:
    duties = [row["id"] for row in _rows() if row.get("door") is True]
    assert duties, "the catalogue names no duty of the door"
    return duties


def _duties_tried(path: Path) -> Iterator[str]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.duty":
            yield from (str(argument.value) for argument in node.args if isinstance(argument, ast.Constant))
