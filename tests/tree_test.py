"""Tests about the tree: rooms, layers, lists and names (CONTRIBUTING.md, "Rooms").

Run: python3 tests/tree_test.py
"""

from __future__ import annotations

import graphlib
import re
import tempfile
import unittest
from collections.abc import Iterator
from pathlib import Path

TREE = Path(__file__).resolve().parent.parent

# Which rooms a room may include, besides itself.
_CORE = ("core",)
_SAID = (*_CORE, "domain")
_MODEL = (*_SAID, "plan", "instruments", "ctmc")
_INFER = (*_MODEL, "model")
_RISK = (*_INFER, "infer")
_CARE = (*_SAID, "plan", "model", "risk")
_ENGINE = (*_RISK, "risk", "care")
_LEARN = (*_RISK, "risk", "engine")
ROOMS = {
    "core": (),
    "domain": _CORE,
    "plan": _SAID,
    "instruments": _SAID,
    "ctmc": _CORE,
    "model": _MODEL,
    "infer": _INFER,
    "risk": _RISK,
    "care": _CARE,
    "engine": _ENGINE,
    "learn": _LEARN,
    "io": (*_ENGINE, "engine", "learn"),
    "case_file": (*_ENGINE, "engine", "io"),
    "store": (*_ENGINE, "engine", "io", "case_file"),
}
# Rooms that read documents, and so know the JSON library.
READING = ("io", "case_file", "store")
# Rooms that see another one through some of its headers alone.
DOORS = {
    ("care", "model"): {"model.hpp"},
    ("care", "risk"): {"outlook.hpp", "counterfactuals.hpp"},
}

# What no user names lies in a folder of this name in each room.
DETAIL = "detail"
# Folders of tests that hold programs of their own.
PROGRAMS = ("c", "consumer", "fuzz", "portable", "survival")
# Where the library is used and not built.
OUTSIDE = ("examples", "benchmarks", "python/src", "tests/consumer")

# Modules of Python that users name, and what the other packages may import.
PUBLIC_MODULES = ("__init__", "__main__", "dask", "fhir", "plot", "sklearn", "spark")
_READING = ("_core", "_errors", "_shown")
_PASSES = (*_READING, "_reading", "_odds")
_REPORT = (*_PASSES, "_passes")
_PLOTS = (*_REPORT, "_judging", "_report")
PACKAGES = {
    "_core": (),
    "_errors": (),
    "_odds": (),
    "_shown": (),
    "_door": ("_errors",),
    "_interpreter": (),
    "_reading": _READING,
    "_passes": _PASSES,
    "_judging": _PASSES,
    "_report": _REPORT,
    "_plots": _PLOTS,
    "_cli": (*_PLOTS, "_plots", "relapse"),
}

TOP_LEVEL = set(
    """
    .ci .clang-format .clang-tidy .gitattributes .gitignore CHANGELOG.md CITATION.cff
    CMakeLists.txt CMakePresets.json CONTRIBUTING.md LICENSE README.md SECURITY.md
    benchmarks bindings cmake dev docs examples include packaging pyproject.toml python
    src tests
    """.split()
)
TOPS = (
    "include", "src", "bindings", "python", "examples", "tests", "benchmarks", "cmake"
)  # fmt: skip
# Made by tools; .gitignore names them.
MADE = {".git", ".venv", "build", "out", ".pytest_cache", ".hypothesis", "__pycache__"}

# The one header that asks which compiler it is, and refuses others than GCC and Clang.
COMPILER = "core/inline.hpp"

# The headers that bring documents, which a build makes; a checkout is enough for others.
WITH_DOCUMENTS = {"case_file/case_file.hpp", "store/store.hpp"} | {
    f"io/{name}.hpp"
    for name in (
        "cds_cards", "fhir_check_ins", "fhir_mapping", "fhir_plan", "fhir_reader",
        "fhir_response", "fhir_writer", "flagged_items", "instruments", "medications",
        "plan_json", "protocols", "resources", "standard", "wordings",
    )
}  # fmt: skip

# What <relapse/relapse.hpp> leaves out: it needs headers that others do not have.
OTHER_ENTRANCES = (
    "case_file/case_file.hpp",
    "core/random.hpp",
    "ctmc/passage.hpp",
    "ctmc/path.hpp",
    "ctmc/transition.hpp",
    "learn/fit.hpp",
    "learn/profile.hpp",
    "store/store.hpp",
)

# Rooms that inference depends on, and care, which ranks; what they compute is the same
# with every C library.
COMPUTING = ("core", "model", "ctmc", "infer", "risk", "engine", "learn", "care")
# What C libraries round differently. Not here: what is exact (ldexp, floor, nextafter),
# and sqrt, which IEEE 754 rounds.
ROUNDED = re.compile(
    r"\bstd::(exp2?|expm1|log(?:1p|2|10)?|pow|erfc?|[lt]gamma|a?(?:sin|cos|tan)h?|atan2|"
    r"cbrt|hypot|fma)\(|\.(exp|log|pow|log1p|expm1)\(\)"
)

VAGUE = {"utils", "util", "misc", "common", "helper", "helpers", "types", "manager"}
MOST_LINES = 400
# A whole app, with all that it keeps, has to fit.
MOST_EXAMPLE_LINES = 80
MOST_MODULE_LINES = 600

# A part of a room that is compiled by itself, such as its inner loops for one instruction
# set, or what is compiled for speed where the rest of the room is compiled to be small.
PART = re.compile(r"_\w+$")

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)
PYTHON_IMPORT = re.compile(
    r"^ *(?:from relapse((?:\.\w+)*) import (\w+)|import relapse\b)", re.MULTILINE
)
SUITE = re.compile(r"^BOOST_AUTO_TEST_SUITE\((\w+)[,)]", re.MULTILINE)


def includes(file: Path) -> list[tuple[str, str]]:
    """Pairs of the bracket and the name; of a file that is not there, none."""
    if not file.is_file():
        return []
    return INCLUDE.findall(file.read_text(encoding="utf-8"))


def own_includes(file: Path) -> list[str]:
    """Names below `relapse/`, as `core/time.hpp`."""
    return [
        name.removeprefix("relapse/")
        for _, name in includes(file)
        if name.startswith("relapse/")
    ]


def code(folder: Path, *suffixes: str) -> list[Path]:
    return sorted(f for f in folder.rglob("*") if f.is_file() and f.suffix in suffixes)


def findings(tree: Path) -> list[str]:
    """Everything that is wrong with a tree, as `file: what is wrong`."""
    root = tree / "include" / "relapse"
    checks = (
        *(layers, lists, headers, walls, arithmetic),
        *(tests, names, examples, modules),
    )
    return [
        f"{file.relative_to(tree).as_posix()}: {problem}"
        for check in checks
        for file, problem in check(tree, root)
    ]


Findings = Iterator[tuple[Path, str]]


def layers(tree: Path, root: Path) -> Findings:
    """Knowledge points one way, and only io knows the JSON library."""
    for file in code(root, ".hpp", ".ipp"):
        inside = file.relative_to(root)
        room = inside.parts[0] if len(inside.parts) > 1 else None
        if room is not None and room not in ROOMS:
            yield file, f"'{room}' is no room"
            continue
        if "__GNUC__" in file.read_text("utf-8") and inside.as_posix() != COMPILER:
            yield file, f"asks for the compiler, but only {COMPILER} may"
        for bracket, name in includes(file):
            if bracket == '"':
                yield file, f'includes "{name}", but must name <relapse/...>'
            if name.startswith("nlohmann/") and room not in READING:
                yield file, f"includes <{name}>, but only {' and '.join(READING)} may"
        for name in own_includes(file):
            yield from reach(file, room, name, root)
    for file in code(tree / "src", ".cpp"):
        room = file.stem if file.stem in ROOMS else PART.sub("", file.stem)
        if room not in ROOMS:
            yield file, f"'{room}' is no room"
        for name in own_includes(file):
            if name.split("/")[0] != room:
                yield file, f"includes <relapse/{name}>, but is the source of {room}"


def reach(file: Path, room: str | None, name: str, root: Path) -> Findings:
    """One include of ours: the file is there, and its room may be seen from here."""
    target = name.split("/")[0]
    generated = name.startswith("io/documents/")
    if not generated and not (root / name).is_file():
        yield file, f"includes <relapse/{name}>, which is not there"
    if room is None:
        if target == "io":
            yield (
                file,
                "includes io, but a reader without the JSON library must be able to",
            )
        return
    if "/" not in name:
        if name != "version.hpp":
            yield file, f"includes <relapse/{name}>, but a room must name what it needs"
        return
    if target == room:
        return
    if target not in ROOMS[room]:
        yield file, f"includes <relapse/{name}>, but {room} may not include {target}"
        return
    door = DOORS.get((room, target))
    if door is not None and name.removeprefix(f"{target}/") not in door:
        allowed = ", ".join(sorted(door))
        yield (
            file,
            f"includes <relapse/{name}>, but {room} sees {target} by {allowed} alone",
        )


def lists(tree: Path, root: Path) -> Findings:
    """The umbrella leads to every header, the compiled target holds every body."""
    listed = reached(root / "relapse.hpp", root)
    for name in OTHER_ENTRANCES:
        listed |= {name} | reached(root / name, root)
    for room in ROOMS:
        for source in sources_of(tree, room):
            listed |= {n for n in reached(source, root) if f"/{DETAIL}/" in n}
    for header in code(root, ".hpp"):
        name = header.relative_to(root).as_posix()
        if "/" in name and not name.startswith("io/") and name not in listed:
            yield header, "is not reached from include/relapse/relapse.hpp"
        documents = [n for n in reached(header, root) if n.startswith("io/documents/")]
        if documents and name not in WITH_DOCUMENTS and f"/{DETAIL}/" not in name:
            yield header, f"leads to <relapse/{min(documents)}>, which a build makes"
    for room in ROOMS:
        sources = sources_of(tree, room)
        compiled = set().union(*(reached(source, root, ".ipp") for source in sources))
        for body in code(root / room, ".ipp"):
            if body.relative_to(root).as_posix() not in compiled:
                yield body, f"is not compiled in src/{room}.cpp"


def sources_of(tree: Path, room: str) -> list[Path]:
    return [tree / "src" / f"{room}.cpp", *(tree / "src").glob(f"{room}_*.cpp")]


def reached(start: Path, root: Path, *suffixes: str) -> set[str]:
    """Names that a file includes, and that these include; with suffixes, these alone."""
    found: set[str] = set()
    files = [start]
    while files:
        file = files.pop()
        new = {
            n for n in own_includes(file) if not suffixes or n.endswith(suffixes)
        } - found
        found |= new
        files += [root / name for name in sorted(new)]
    return found


def headers(tree: Path, root: Path) -> Findings:
    """Guards and lengths; a header brings its own body and no other."""
    for file in code(root, ".hpp", ".ipp"):
        text = file.read_text(encoding="utf-8")
        if not re.search(r"^#pragma once$", text, re.MULTILINE):
            yield file, "has no #pragma once"
        lines = text.count("\n")
        if lines > MOST_LINES:
            yield file, f"has {lines} lines, but must have at most {MOST_LINES}"
        if file.suffix != ".hpp":
            continue
        name = body_of(file, root)
        brought = [n for n in own_includes(file) if n.endswith(".ipp")]
        if "/" in name and (root / name).is_file() and name not in brought:
            yield file, f"does not include <relapse/{name}>"
        if brought and "#ifndef RELAPSE_COMPILED" not in text:
            yield file, "includes a body without asking for RELAPSE_COMPILED"
        for other in brought:
            if other != name:
                yield file, f"includes <relapse/{other}>, the body of another header"


def body_of(header: Path, root: Path) -> str:
    """Name of the body of a header: beside it in `detail`, or there below it."""
    folder = header.parent if header.parent.name == DETAIL else header.parent / DETAIL
    return (folder / header.with_suffix(".ipp").name).relative_to(root).as_posix()


def declared(header: Path) -> list[str]:
    """What a header includes where the library is compiled."""
    text = re.sub(
        r"#ifndef RELAPSE_COMPILED.*?#endif",
        "",
        header.read_text(encoding="utf-8"),
        flags=re.DOTALL,
    )
    return [name for _, name in INCLUDE.findall(text)]


def walls(tree: Path, root: Path) -> Findings:
    """What stands in `detail` is named by the library and its tests alone."""
    for file in code(root, ".ipp"):
        if file.parent.name != DETAIL:
            yield file, f"is a body, and must stand in {DETAIL}/"
    for header in code(root, ".hpp"):
        if header.parent.name == DETAIL:
            continue
        for name in declared(header):
            if name.startswith("relapse/") and f"/{DETAIL}/" in name:
                yield header, f"is public and declares by <{name}>, which is not"
            if name.startswith("Eigen/") and "ctmc" not in header.parts:
                yield header, f"includes <{name}>, which users need not have"
    for folder in OUTSIDE:
        for file in code(tree / folder, ".cpp", ".hpp"):
            for name in own_includes(file):
                if f"/{DETAIL}/" in name:
                    yield file, f"includes <relapse/{name}>, of the library alone"


def arithmetic(tree: Path, root: Path) -> Findings:
    """What inference depends on computes exp, log and their like by itself."""
    for room in COMPUTING:
        for file in code(root / room, ".hpp", ".ipp"):
            for found in ROUNDED.finditer(file.read_text(encoding="utf-8")):
                yield (
                    file,
                    f"calls {found[0]}, but must use relapse/core/detail/elementary.hpp",
                )


def tests(tree: Path, root: Path) -> Findings:
    """Tests mirror headers; the suite bears the name of the file."""
    folder = tree / "tests"
    for file in code(folder, ".cpp"):
        inside = file.relative_to(folder)
        if not file.stem.endswith("_test"):
            if inside.as_posix() != "main.cpp" and inside.parts[0] not in PROGRAMS:
                yield file, "is neither main.cpp nor a *_test.cpp"
            continue
        header = inside.with_name(file.stem.removesuffix("_test") + ".hpp")
        inner = header.parent / DETAIL / header.name
        if not (root / header).is_file() and not (root / inner).is_file():
            yield (
                file,
                f"mirrors no header: include/relapse/{header.as_posix()} is not there",
            )
        suites = SUITE.findall(file.read_text(encoding="utf-8"))
        if suites[:1] != [file.stem]:
            yield file, f"has to begin with BOOST_AUTO_TEST_SUITE({file.stem})"


def names(tree: Path, root: Path) -> Findings:
    """Files are named after the thing inside, folders of the top level are known."""
    for entry in sorted(tree.iterdir()):
        if entry.name not in TOP_LEVEL | MADE:
            yield entry, "has no place at the top level"
    for top in TOPS:
        for path in sorted((tree / top).rglob("*")):
            if VAGUE & set(re.split(r"[^a-z]+", path.name.lower())):
                yield path, "has a name that says nothing about what is inside"


def examples(tree: Path, root: Path) -> Findings:
    """An example fits on a screen."""
    for file in sorted((tree / "examples").glob("*.cpp")):
        lines = file.read_text(encoding="utf-8").count("\n")
        if lines > MOST_EXAMPLE_LINES:
            yield file, f"has {lines} lines, but must have at most {MOST_EXAMPLE_LINES}"


def modules(tree: Path, root: Path) -> Findings:
    """Python: few public modules; the other packages import one way, without circles."""
    folder = tree / "python" / "relapse"
    needs: dict[str, set[str]] = {}
    for file in code(folder, ".py"):
        module = ".".join(file.relative_to(folder).with_suffix("").parts)
        package = module.split(".")[0]
        if package not in PACKAGES and module not in PUBLIC_MODULES:
            yield file, "is neither a public module nor in a package of the table"
        lines = file.read_text(encoding="utf-8").count("\n")
        if lines > MOST_MODULE_LINES:
            yield file, f"has {lines} lines, but must have at most {MOST_MODULE_LINES}"
        needs[module] = set(imported(file))
        for name in sorted(needs[module]):
            target = name.split(".")[0]
            if package in PACKAGES and target not in (package, *PACKAGES[package]):
                yield file, f"imports {name}, but {package} may not"
    try:
        graphlib.TopologicalSorter(needs).prepare()
    except graphlib.CycleError as error:
        yield folder, f"imports in a circle: {' < '.join(error.args[1])}"


def imported(file: Path) -> Iterator[str]:
    """Modules of ours that a module imports; `relapse` is the package itself."""
    for module, name in PYTHON_IMPORT.findall(file.read_text(encoding="utf-8")):
        yield module[1:] or (name if name in PACKAGES else "relapse")


class TheTree(unittest.TestCase):
    def test_keeps_its_rules(self) -> None:
        found = findings(TREE)
        if found:
            self.fail("\n" + "\n".join(found))


class BadTrees(unittest.TestCase):
    """Each rule finds what it is there for."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.tree = Path(folder.name)
        self.write(
            "include/relapse/relapse.hpp",
            "#pragma once\n#include <relapse/core/time.hpp>\n",
        )
        self.header("core/time.hpp", listed=False)

    def write(self, name: str, text: str) -> None:
        path = self.tree / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def header(self, name: str, *includes: str, listed: bool = True) -> None:
        text = "".join(f"#include <{i}>\n" for i in includes)
        self.write(f"include/relapse/{name}", f"#pragma once\n{text}")
        if listed:
            umbrella = self.tree / "include/relapse/relapse.hpp"
            umbrella.write_text(umbrella.read_text() + f"#include <relapse/{name}>\n")

    def assert_found(self, *expected: str) -> None:
        found = findings(self.tree)
        self.assertEqual(len(found), len(expected), found)
        for text in expected:
            self.assertTrue(any(text in finding for finding in found), (text, found))

    def test_a_good_tree_has_no_findings(self) -> None:
        self.header("risk/outlook.hpp", "relapse/infer/filter.hpp", "vector")
        self.header("infer/filter.hpp", "relapse/core/time.hpp")
        self.header("care/suggest.hpp", "relapse/risk/outlook.hpp")
        self.header(
            "io/json.hpp", "nlohmann/json.hpp", "relapse/care/suggest.hpp", listed=False
        )
        self.write("tests/infer/filter_test.cpp", "BOOST_AUTO_TEST_SUITE(filter_test)\n")
        self.assert_found()

    def test_a_room_that_looks_back_is_found(self) -> None:
        self.header("risk/outlook.hpp")
        self.header("infer/filter.hpp", "relapse/risk/outlook.hpp")
        self.assert_found("infer may not include risk")

    def test_every_room_may_include_the_rooms_of_the_table_alone(self) -> None:
        for room in ROOMS:
            self.header(f"{room}/thing.hpp", listed=room != "io")
        for room, allowed in ROOMS.items():
            for other in ROOMS:
                file = self.tree / "include/relapse" / room / "thing.hpp"
                found = list(
                    reach(file, room, f"{other}/thing.hpp", self.tree / "include/relapse")
                )
                fine = other == room or (other in allowed and (room, other) not in DOORS)
                self.assertEqual(found == [], fine, (room, other, found))

    def test_care_sees_risk_through_its_door_alone(self) -> None:
        self.header("risk/drivers.hpp")
        self.header("care/suggest.hpp", "relapse/risk/drivers.hpp")
        self.assert_found("care sees risk by counterfactuals.hpp, outlook.hpp alone")

    def test_the_json_library_outside_io_is_found(self) -> None:
        self.header("model/document.hpp", "nlohmann/json_fwd.hpp")
        self.assert_found("only io and case_file and store may")

    def test_a_header_that_asks_for_the_compiler_is_found(self) -> None:
        self.header("core/random.hpp")
        self.write("include/relapse/core/random.hpp", "#pragma once\n#ifdef __GNUC__\n")
        self.assert_found("core/random.hpp: asks for the compiler")

    def test_a_header_that_leads_to_documents_is_found(self) -> None:
        for name in ("json", "standard"):
            self.write(
                f"include/relapse/io/{name}.hpp",
                "#pragma once\n#ifndef RELAPSE_COMPILED\n"
                f"#include <relapse/io/detail/{name}.ipp>\n#endif\n",
            )
            body = f"io/detail/{name}.ipp"
            self.header(body, "relapse/io/documents/a.hpp", listed=False)
        self.write(
            "src/io.cpp",
            "#include <relapse/io/detail/json.ipp>\n"
            "#include <relapse/io/detail/standard.ipp>\n",
        )
        self.assert_found("io/json.hpp: leads to <relapse/io/documents/a.hpp>")

    def test_an_include_of_nothing_and_of_the_umbrella_are_found(self) -> None:
        self.header("core/random.hpp", "relapse/core/gone.hpp", "relapse/relapse.hpp")
        self.assert_found("which is not there", "must name what it needs")

    def test_an_unlisted_header_is_found(self) -> None:
        self.header("core/zone.hpp", listed=False)
        self.assert_found("core/zone.hpp: is not reached")

    def test_a_body_that_is_not_compiled_is_found(self) -> None:
        self.write(
            "include/relapse/core/time.hpp",
            "#pragma once\n#ifndef RELAPSE_COMPILED\n"
            "#include <relapse/core/detail/time.ipp>\n#endif\n",
        )
        self.write("include/relapse/core/detail/time.ipp", "#pragma once\n")
        self.assert_found("time.ipp: is not compiled in src/core.cpp")
        self.write("src/core.cpp", "#include <relapse/core/detail/time.ipp>\n")
        self.assert_found()

    def test_a_body_without_its_header_is_found(self) -> None:
        self.write("include/relapse/core/detail/time.ipp", "#pragma once\n")
        self.write("src/core.cpp", "#include <relapse/core/detail/time.ipp>\n")
        self.assert_found("does not include <relapse/core/detail/time.ipp>")

    def test_a_wall_that_is_walked_through_is_found(self) -> None:
        self.header("core/detail/clock.hpp", "Eigen/Core", listed=False)
        self.header("core/random.hpp", "relapse/core/detail/clock.hpp", "Eigen/Core")
        self.header("ctmc/path.hpp", "Eigen/Core")
        self.write("examples/use.cpp", "#include <relapse/core/detail/clock.hpp>\n")
        self.assert_found(
            "random.hpp: is public and declares by <relapse/core/detail/clock.hpp>",
            "random.hpp: includes <Eigen/Core>",
            "use.cpp: includes <relapse/core/detail/clock.hpp>",
        )

    def test_a_body_in_front_of_the_wall_is_found(self) -> None:
        self.write("include/relapse/core/loose.ipp", "#pragma once\n")
        self.write("src/core.cpp", "#include <relapse/core/loose.ipp>\n")
        self.assert_found("loose.ipp: is a body, and must stand in detail/")

    def test_a_long_header_and_one_without_a_guard_are_found(self) -> None:
        self.header("core/random.hpp")
        self.write("include/relapse/core/random.hpp", "\n" * 401)
        self.assert_found("has 401 lines", "no #pragma once")

    def test_a_function_of_the_c_library_is_found(self) -> None:
        self.write(
            "include/relapse/core/time.hpp",
            "#pragma once\nstd::exp(x) + y.array().log() + std::sqrt(z)\n",
        )
        self.assert_found("calls std::exp(", "calls .log()")

    def test_a_vague_name_is_found_and_a_word_that_contains_one_is_not(self) -> None:
        self.header("core/time_utils.hpp")
        self.header("core/prototypes.hpp")
        self.assert_found("time_utils.hpp: has a name that says nothing")

    def test_a_test_of_no_header_and_a_suite_of_another_name_are_found(self) -> None:
        self.write("tests/core/gone_test.cpp", "BOOST_AUTO_TEST_SUITE(gone_test)\n")
        self.write("tests/core/time_test.cpp", "BOOST_AUTO_TEST_SUITE(time)\n")
        self.assert_found("mirrors no header", "BOOST_AUTO_TEST_SUITE(time_test)")

    def test_a_long_example_and_a_stray_file_are_found(self) -> None:
        self.write("examples/score.cpp", "\n" * 81)
        self.write("notes.txt", "")
        self.assert_found("has 81 lines", "no place at the top level")

    def test_public_modules_circles_and_steps_back_are_found_in_python(self) -> None:
        self.write("python/relapse/__init__.py", "from relapse._core import Model\n")
        self.write("python/relapse/_errors.py", "")
        self.write("python/relapse/_reading/times.py", "from relapse import _core\n")
        self.write("python/relapse/_cli/main.py", "import relapse\n")
        self.assert_found()
        self.write("python/relapse/times.py", "")
        self.write("python/relapse/_reading/a.py", "from relapse import Model\n")
        self.write("python/relapse/_passes/b.py", "from relapse._report.c import d\n")
        self.write("python/relapse/_plots/e.py", "from relapse._plots.f import g\n")
        self.write("python/relapse/_plots/f.py", "from relapse._plots.e import g\n")
        self.assert_found(
            "times.py: is neither a public module",
            "a.py: imports relapse, but _reading may not",
            "b.py: imports _report.c, but _passes may not",
            "imports in a circle: _plots.",
        )


if __name__ == "__main__":
    unittest.main()
