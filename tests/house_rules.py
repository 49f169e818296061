"""Read source files and say where they break a rule of the house.

Each rule is a function from a tree of files to a list of sentences, one per
breach, so that the tests can also show it made-up trees that break it.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

CLOCK_READS = frozenset(
    {
        "datetime.datetime.now",
        "datetime.datetime.today",
        "datetime.datetime.utcnow",
        "datetime.date.today",
        "pandas.Timestamp.now",
        "pandas.Timestamp.today",
        "time.localtime",
        "time.sleep",
        "time.time",
        "asyncio.sleep",
    }
)
ENVIRONMENT_READS = frozenset({"os.environ", "os.environb", "os.getenv", "os.getenvb", "os.putenv"})
IMPURE = (
    "asyncio",
    "http",
    "httpx",
    "requests",
    "socket",
    "sqlalchemy",
    "sqlite3",
    "subprocess",
    "time",
    "urllib.request",
)
IMPURE_ROOMS = ("bbbkeep.api", "bbbkeep.clock", "bbbkeep.ledger", "bbbkeep.operations", "bbbkeep.settings")
PURE = ("bbbkeep.captions", "bbbkeep.metadata", "bbbkeep.model", "bbbkeep.retention")


@dataclass(frozen=True)
class Import:
    """One imported module, or name of a module; `lazy` where a function does it when it is called."""

    name: str
    line: int
    lazy: bool


@dataclass(frozen=True)
class Source:
    """One parsed file and the name that it is imported by."""

    path: Path
    module: str
    tree: ast.Module

    @property
    def package(self) -> str:
        return self.module if self.path.stem == "__init__" else self.module.rpartition(".")[0]


def sources(root: Path, *folders: str) -> list[Source]:
    """Parse every Python file below *folders* of *root*."""
    return [_source(root, path) for folder in folders for path in sorted((root / folder).rglob("*.py"))]


def _source(root: Path, path: Path) -> Source:
    parts = path.relative_to(root).with_suffix("").parts
    module = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
    return Source(path, module, _parsed(path.read_text(encoding="utf-8")))


@lru_cache(maxsize=2000)
def _parsed(text: str) -> ast.Module:
    """Parse a file once for all the rules that read it."""
    return ast.parse(text)


def within(name: str, *packages: str) -> bool:
    """Tell whether the dotted *name* is one of *packages* or lies in one."""
    return any(name == package or name.startswith(package + ".") for package in packages)


def imports(source: Source) -> list[Import]:
    """List what a file imports, also in functions, under TYPE_CHECKING and by `import_module`."""
    return list(_imports(source, source.tree, lazy=False))


def _imports(source: Source, node: ast.AST, *, lazy: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        for name in _imported_names(source, child):
            yield Import(name, getattr(child, "lineno", 0), lazy)
        inside = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        yield from _imports(source, child, lazy=lazy or inside)


def _imported_names(source: Source, node: ast.AST) -> list[str]:
    match node:
        case ast.Import(names=names):
            return [alias.name for alias in names]
        case ast.ImportFrom(names=names):
            origin = _origin(source, node)
            return [origin, *(f"{origin}.{alias.name}" for alias in names)]
        case ast.Call(
            func=ast.Name(id="import_module" | "__import__") | ast.Attribute(attr="import_module"),
            args=[first, *_],
        ):
            return _literal_start(first)
    return []


def _origin(source: Source, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    parents = source.package.split(".")
    base = parents[: len(parents) - node.level + 1]
    return ".".join([*base, *([node.module] if node.module else [])])


def _literal_start(node: ast.expr) -> list[str]:
    if isinstance(node, ast.JoinedStr) and node.values:
        node = node.values[0]
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value.rstrip(".")]
    return []


def references(source: Source) -> list[tuple[str, int]]:
    """List dotted names with the modules that they stand for: `dt.now` as `datetime.datetime.now`."""
    known = _aliases(source)
    found = [
        (_dotted(node), node.lineno)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Name | ast.Attribute)
    ]
    return [(".".join([known.get(head, head), *rest]), line) for (head, *rest), line in found if head]


def _aliases(source: Source) -> dict[str, str]:
    known: dict[str, str] = {}
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            known |= {alias.asname: alias.name for alias in node.names if alias.asname}
        elif isinstance(node, ast.ImportFrom):
            origin = _origin(source, node)
            known |= {alias.asname or alias.name: f"{origin}.{alias.name}" for alias in node.names}
    return known


def _dotted(node: ast.expr) -> list[str]:
    if isinstance(node, ast.Name):
        return [node.id]
    if isinstance(node, ast.Attribute):
        parts = _dotted(node.value)
        return [*parts, node.attr] if parts[0] else [""]
    return [""]


def breach(source: Source, line: int, what: str) -> str:
    """Word one breach so that an editor can jump to it."""
    return f"{source.path}:{line}: {what}"


def upward_imports(root: Path) -> list[str]:
    """Find imports against the arrows: bbbkeep/cli -> flows -> tasks -> the rest of bbbkeep."""
    found = []
    for source in sources(root, "bbbkeep", "flows", "tasks"):
        found += [
            breach(source, one.line, f"{source.module} imports {one.name}")
            for one in imports(source)
            if _is_upward(source, one)
        ]
    return found


def _is_upward(source: Source, one: Import) -> bool:
    if within(one.name, "bbbkeep.cli"):
        return not within(source.module, "bbbkeep.cli", "bbbkeep.__main__")
    if within(source.module, "bbbkeep.cli"):
        return within(one.name, "tasks") or (within(one.name, "flows", "prefect") and not one.lazy)
    if within(source.module, "bbbkeep"):
        return within(one.name, "flows", "tasks", "prefect")
    return within(source.module, "tasks") and within(one.name, "flows")


def stand_in_entanglements(root: Path) -> list[str]:
    """Find code that the stand-in shares with what it is there to test, and whoever leans on it."""
    found = []
    for source in sources(root, "bbbkeep", "flows", "tasks"):
        inside = within(source.module, "bbbkeep.standin")
        allowed = inside or within(source.module, "bbbkeep.cli")
        for one in imports(source):
            shared = inside and within(one.name, "bbbkeep.api", "bbbkeep.captions")
            if shared or (within(one.name, "bbbkeep.standin") and not allowed):
                found.append(breach(source, one.line, f"{source.module} imports {one.name}"))
    return found


def impure_imports(root: Path) -> list[str]:
    """Find a network, a database or a clock in the rooms that only decide."""
    found = []
    for source in sources(root, "bbbkeep"):
        if within(source.module, *PURE):
            found += [
                breach(source, one.line, f"{source.module} imports {one.name}, which has effects")
                for one in imports(source)
                if within(one.name, *IMPURE, *IMPURE_ROOMS)
            ]
    return found


def actions_known_by_name(root: Path) -> list[str]:
    """Find code of plans/ that knows an action other than through the dict; an action may build on another."""
    names = [
        f"bbbkeep.plans.actions.{path.stem}" for path in (root / "bbbkeep/plans/actions").glob("[!_]*.py")
    ]
    found = []
    for source in sources(root, "bbbkeep/plans"):
        if not within(source.module, "bbbkeep.plans.actions"):
            found += [
                breach(source, one.line, f"{source.module} knows {one.name}")
                for one in imports(source)
                if within(one.name, *names)
            ]
    return found


def clock_reads(root: Path) -> list[str]:
    """Find the time being told, or waited for, outside clock.py; the stand-in's latency may sleep."""
    found = []
    for source in sources(root, "bbbkeep", "flows", "tasks"):
        allowed = {"asyncio.sleep"} if within(source.module, "bbbkeep.standin") else set()
        if source.module != "bbbkeep.clock":
            found += _uses(source, CLOCK_READS - allowed)
    return found


def environment_reads(root: Path) -> list[str]:
    """Find readers of the environment other than settings.py; the demo builds one for its children."""
    found = []
    for source in sources(root, "bbbkeep", "flows", "tasks"):
        if source.module not in {"bbbkeep.settings", "bbbkeep.cli.demo"}:
            found += _uses(source, ENVIRONMENT_READS)
            found += [breach(source, line, "click reads the environment") for line in _envvar_options(source)]
    return found


def _uses(source: Source, forbidden: frozenset[str]) -> list[str]:
    return [breach(source, line, f"uses {name}") for name, line in references(source) if name in forbidden]


def _envvar_options(source: Source) -> list[int]:
    keywords = (node for node in ast.walk(source.tree) if isinstance(node, ast.keyword))
    return [node.value.lineno for node in keywords if node.arg in {"envvar", "auto_envvar_prefix"}]
