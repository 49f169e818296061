"""Every file keeps to the measure of the house: short, typed, well named, and free of where it was made."""

import ast
import re
import subprocess
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from house_rules import Source, breach, sources

ROOT = Path(__file__).parents[1]
CODE = ("bbbkeep", "flows", "tasks", "benchmarks")
LONGEST_FUNCTION = 40
LONGEST_MODULE = 300
DRAWERS = {"utils", "util", "helpers", "helper", "manager", "managers", "common", "misc"}
FORBIDDEN = {
    "the host of a package registry": r"(?i)\b(pypi[.]org|pythonhosted[.]org|debian[.]org|npmjs[.](com|org)|anaconda[.]org)\b",
    "a path of one machine": r"(?<![\w.$}/-])/(root|work)/|/home/[a-z]+/(src|work)",
    "a number of a thread elsewhere": r"(?i)\b(issues?|pull request)\s+#?\d+",
}

Function = ast.FunctionDef | ast.AsyncFunctionDef
Check = Callable[[Source], list[str]]


def functions(source: Source) -> list[Function]:
    return [node for node in ast.walk(source.tree) if isinstance(node, Function)]


def body_lines(function: Function) -> int:
    """Count the lines of the body without the docstring."""
    body = function.body[1:] if ast.get_docstring(function, clean=False) is not None else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def long_functions(source: Source) -> list[str]:
    lengths = [(function, body_lines(function)) for function in functions(source)]
    return [
        breach(source, function.lineno, f"{function.name} has {lines} lines")
        for function, lines in lengths
        if lines > LONGEST_FUNCTION
    ]


def long_modules(source: Source) -> list[str]:
    lines = len(source.path.read_text(encoding="utf-8").splitlines())
    return [breach(source, lines, f"{lines} lines")] if lines > LONGEST_MODULE else []


def untyped_results(source: Source) -> list[str]:
    untyped = [function for function in functions(source) if function.returns is None]
    return [breach(source, function.lineno, f"{function.name} has no return type") for function in untyped]


def drawers(source: Source) -> list[str]:
    return (
        [breach(source, 1, "a name that takes everything")] if DRAWERS & set(source.module.split(".")) else []
    )


CHECKS = [long_functions, long_modules, untyped_results, drawers]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_code_is_free_of(check: Check) -> None:
    assert [found for source in sources(ROOT, *CODE) for found in check(source)] == []


@pytest.mark.parametrize("check", [long_functions, drawers], ids=lambda check: check.__name__)
def test_the_tests_are_free_of(check: Check) -> None:
    assert [found for source in sources(ROOT, "tests") for found in check(source)] == []


def a_module(tmp_path: Path, text: str, name: str = "sweeps") -> Source:
    path = tmp_path / "bbbkeep" / f"{name}.py"
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
    [source] = sources(tmp_path, "bbbkeep")
    return source


def a_function(lines: int) -> str:
    return 'def f() -> None:\n    """Say.\n\n    More.\n    """\n' + "    pass\n" * lines


@pytest.mark.parametrize(
    ("check", "text", "name"),
    [
        pytest.param(long_functions, a_function(41), "sweeps", id="41 lines"),
        pytest.param(long_modules, "pass\n" * 301, "sweeps", id="301 lines"),
        pytest.param(
            untyped_results, "class A:\n    async def f(self): ...\n", "sweeps", id="an untyped method"
        ),
        pytest.param(drawers, "", "utils", id="a drawer"),
    ],
)
def test_a_breach_of_measure_is_found(check: Check, text: str, name: str, tmp_path: Path) -> None:
    assert check(a_module(tmp_path, text, name))


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_a_function_of_40_lines_and_a_docstring_is_no_breach(check: Check, tmp_path: Path) -> None:
    assert check(a_module(tmp_path, a_function(40))) == []


def tracked_files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)  # noqa: S607  # git is where it is
    if listed.returncode:
        pytest.skip("not a git checkout, so nothing says which files belong to it")
    return [path for name in listed.stdout.decode().split("\0") if name and (path := ROOT / name).is_file()]


def forbidden_words(text: str) -> list[str]:
    return [
        f"{what}: {match[0]}" for what, pattern in FORBIDDEN.items() for match in re.finditer(pattern, text)
    ]


def test_no_file_tells_where_it_was_made() -> None:
    texts = {path: path.read_text(encoding="utf-8", errors="replace") for path in tracked_files()}

    assert {str(path): words for path, text in texts.items() if (words := forbidden_words(text))} == {}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("https://py" + "pi.org/simple", id="a registry"),
        pytest.param("cd /wo" + "rk/main", id="a folder of this machine"),
        pytest.param('"/ro' + 'ot/.pyenv"', id="a home folder"),
        pytest.param("see is" + "sue #12", id="a thread"),
    ],
)
def test_a_forbidden_word_is_found(text: str) -> None:
    assert forbidden_words(text)


def test_a_url_with_an_ordinary_path_is_no_forbidden_word() -> None:
    folder = "wo" + "rk"

    assert (
        forbidden_words(f"https://bbb.example.org/{folder}/ and docs/{folder}/x, ${{HOME}}/{folder}/") == []
    )


def test_every_package_is_listed_in_the_distribution() -> None:
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"][
        "packages"
    ]
    present = {
        path.parent.relative_to(ROOT)
        for top in ("bbbkeep", "flows", "tasks")
        for path in (ROOT / top).rglob("*.py")
    }

    assert sorted(listed) == sorted(".".join(folder.parts) for folder in present)


def test_the_readme_is_read_to_its_end() -> None:
    readme = ROOT / "README.md"
    if not readme.exists():
        pytest.skip("no README.md yet")

    assert len(readme.read_text(encoding="utf-8").splitlines()) < 100
