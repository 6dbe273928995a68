"""The package as a whole: its names, what it imports, and in which direction."""

import ast
import importlib
import importlib.metadata
import os
import re
import subprocess
import sys
from pathlib import Path

import make_checkpoint
import numpy as np
import pytest

import soprano_np

PACKAGE = Path(soprano_np.__file__).parent
MODULES = {
    ".".join(("soprano_np", *path.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(
        ".__init__"
    ): path
    for path in sorted(PACKAGE.rglob("*.py"))
}
# Who may import whom, from the ground up: text becomes utterances, these states, a waveform, sound.
GROUND = ("errors", "fields", "request", "nn")
LAYOUT: dict[str, tuple[str, ...]] = {
    "errors": (),
    "fields": ("errors",),
    "request": (),
    "nn": (),
    "text": GROUND,
    "lm": GROUND,
    "vocoder": GROUND,
    "audio": GROUND,
    "checkpoint": (*GROUND, "lm", "vocoder", "__init__"),
    "engine": (*GROUND, "text", "lm", "vocoder", "checkpoint"),
    "tts": (*GROUND, "text", "audio", "engine"),
    "cli": (*GROUND, "text", "audio", "checkpoint", "engine", "tts", "__init__"),
    "__init__": ("errors", "request", "engine", "tts"),
    "__main__": ("cli",),
}
COMMANDS = {"soprano_np.checkpoint.quantize": ("engine",)}  # which compares two models, if asked to
PRINTING = ("soprano_np.cli.main", "soprano_np.cli.console", "soprano_np.checkpoint.quantize")
HEAVY = ("torch", "onnxruntime", "transformers", "scipy", "huggingface_hub", "hypothesis")


def imports(name: str) -> set[str]:
    """Name the package's own modules that a module imports, those for type checkers left out."""
    tree = ast.parse(MODULES[name].read_text("utf-8"))
    for_checkers = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    found: set[str] = set()
    for node in ast.walk(tree):
        if id(node) in for_checkers:
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name}: a relative import"
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= (inner & MODULES.keys()) or {str(node.module)}
    return found & MODULES.keys()


def modules_after(program: str, directory: Path | None = None) -> set[str]:
    """Name the top-level modules that a fresh process has loaded after running `program`."""
    program += "\nimport sys\nprint(*{name.partition('.')[0] for name in sys.modules})"
    result = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {"PYTHONPATH": str(PACKAGE.parent), "OPENBLAS_NUM_THREADS": "1"},
        cwd=directory,
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stderr == ""
    (line,) = result.stdout.splitlines()
    return set(line.split())


def third_party(names: set[str]) -> set[str]:
    """Leave out the standard library, what site-packages loads by itself, and numpy's helpers."""
    of_numpy = modules_after("import numpy.random") - {"numpy"}
    return names - modules_after("") - of_numpy - set(sys.stdlib_module_names)


def test_public_names() -> None:
    assert soprano_np.__all__ == sorted(soprano_np.__all__)
    assert set(soprano_np.__all__) == set(soprano_np._HOMES)
    for name in soprano_np.__all__:
        public = getattr(soprano_np, name)
        assert public.__module__ == soprano_np._HOMES[name]
        assert public.__doc__
        assert name in dir(soprano_np)
    with pytest.raises(AttributeError, match="module 'soprano_np' has no attribute 'nothing'"):
        _ = soprano_np.nothing


def test_public_names_are_those_a_type_checker_sees() -> None:
    tree = ast.parse((PACKAGE / "__init__.py").read_text("utf-8"))
    (guarded,) = (node for node in tree.body if isinstance(node, ast.If))
    seen = {
        alias.name: str(node.module)
        for node in guarded.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert seen == soprano_np._HOMES


def test_version() -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+", soprano_np.__version__)
    pyproject = (PACKAGE.parent / "pyproject.toml").read_text("utf-8")
    assert 'dynamic = ["version"]' in pyproject
    assert 'path = "soprano_np/__init__.py"' in pyproject
    try:
        installed = importlib.metadata.version("soprano-np")
    except importlib.metadata.PackageNotFoundError:  # run from the source tree
        return
    assert installed == soprano_np.__version__


@pytest.mark.parametrize("name", MODULES)
def test_every_module_has_a_docstring(name: str) -> None:
    assert ast.get_docstring(ast.parse(MODULES[name].read_text("utf-8")))


def test_import_loads_nothing_but_the_standard_library() -> None:
    assert third_party(modules_after("import soprano_np, soprano_np.cli.main")) == {"soprano_np"}


def test_using_a_name_loads_numpy_at_most() -> None:
    names = modules_after("from soprano_np import CheckpointError, Request, SopranoTTS")
    assert third_party(names) == {"soprano_np", "numpy"}


@pytest.mark.skipif(np.lib.NumpyVersion(np.__version__) < "2.0.0", reason="uses scipy's FFT")
def test_speaking_loads_no_more_than_it_needs(tmp_path: Path) -> None:
    make_checkpoint.write_checkpoint(tmp_path / "tiny")
    program = """
import logging
from soprano_np import SopranoTTS
logging.disable()  # of a sentence that did not end by itself
tts = SopranoTTS("tiny")
tts.infer("hello there.", "out.wav", max_new_tokens=100)
"""
    names = third_party(modules_after(program, tmp_path))
    assert names <= {"soprano_np", "numpy", "tokenizers"}
    assert not names & set(HEAVY)


def test_no_module_prints() -> None:
    for name, path in MODULES.items():
        calls = {
            ast.unparse(node.func)
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(node, ast.Call)
        }
        assert "print" not in calls or name in PRINTING, name


def test_no_circular_imports() -> None:
    waiting = {name: imports(name) - {name} for name in MODULES}
    while waiting:
        free = {name for name, needs in waiting.items() if not needs & waiting.keys()}
        assert free, f"these import each other: {waiting}"
        waiting = {name: needs for name, needs in waiting.items() if name not in free}


def place(name: str) -> str:
    """Name the folder, or the module beside the folders, that a module belongs to."""
    return (*name.split("."), "__init__")[1]


def test_imports_point_back_along_the_way() -> None:
    for name in MODULES:
        for target in imports(name):
            here, there = place(name), place(target)
            allowed = (here, *LAYOUT[here], *COMMANDS.get(name, ()))
            assert there in allowed, (name, target)


def test_the_layout_has_no_circles() -> None:
    places = list(LAYOUT)
    for here, allowed in LAYOUT.items():
        if here != "__init__":  # which imports when it is asked for a name
            assert all(
                places.index(there) < places.index(here) for there in allowed if there != "__init__"
            ), here


@pytest.mark.parametrize("name", [name for name in MODULES if name != "soprano_np.__main__"])
def test_every_module_can_be_imported_by_itself(name: str) -> None:
    importlib.import_module(name)
