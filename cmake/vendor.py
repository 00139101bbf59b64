"""Writes the library as two files, relapse_all.hpp and relapse_all.cpp.

For those who keep a copy of it in their own tree. Eigen and nlohmann/json are needed to
compile the second file, and LBFGSpp for fitting; without it fitting is left out. The
loops are those of the instruction set that the file is compiled for.

Run: python3 cmake/vendor.py GENERATED INTO
GENERATED holds the headers made of the documents: a build's folder `generated`.
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path

TREE = Path(__file__).resolve().parent.parent
OWN = re.compile(r"#include <(relapse/[^>]+)>\n")
#: A header brings its body where it is used alone; here the second file does.
BODY = re.compile(r"#ifndef RELAPSE_COMPILED\n#include <[^>]+\.ipp>\n#endif\n")

HEAD = """// relapse {version}, in two files: relapse_all.hpp and relapse_all.cpp.
// Written by cmake/vendor.py; the license is that of relapse.
"""


class Files:
    """What is written so far: each file of ours once, where it is first included."""

    def __init__(self, folders: list[Path]) -> None:
        self._folders = folders
        self._written: set[str] = set()

    def text_of(self, name: str) -> str:
        """A file with all of ours that it includes and that are not there yet."""
        if name in self._written:
            return ""
        self._written.add(name)
        found = [folder / name for folder in self._folders if (folder / name).is_file()]
        if not found:
            raise SystemExit(f"vendor.py: <{name}> is not there; configure a build first")
        text = BODY.sub("", found[0].read_text(encoding="utf-8"))
        return self.inlined(text.replace("#pragma once\n", ""))

    def inlined(self, text: str) -> str:
        return OWN.sub(lambda found: self.text_of(found[1]), text)


def write(generated: Path, into: Path) -> None:
    include = TREE / "include"
    version = re.search(
        r'RELAPSE_VERSION "([^"]+)"', (include / "relapse/version.hpp").read_text()
    )
    if version is None:
        raise SystemExit("vendor.py: include/relapse/version.hpp tells no version")
    head = HEAD.format(version=version[1])
    files = Files([include, generated])
    public = sorted(
        path.relative_to(include).as_posix()
        for path in (include / "relapse").rglob("*.hpp")
        if not {"detail", "store"} & set(path.parts)
    )
    header = "".join(files.text_of(name) for name in public)
    # What the dependencies of others are needed for stays out: the store.
    sources = [
        path
        for path in (TREE / "src").glob("*.cpp")
        if "_avx" not in path.name and path.name != "store.cpp"
    ]
    # Last what may be left out.
    sources.sort(key=lambda path: (path.name == "learn.cpp", path.name))
    bodies = "".join(files.inlined(path.read_text(encoding="utf-8")) for path in sources)
    into.mkdir(parents=True, exist_ok=True)
    (into / "relapse_all.hpp").write_text(
        f"{head}#pragma once\n\n#ifndef RELAPSE_COMPILED\n#define RELAPSE_COMPILED\n"
        f"#endif\n\n{header}",
        encoding="utf-8",
    )
    (into / "relapse_all.cpp").write_text(
        f'{head}#include "relapse_all.hpp"\n\n#if !__has_include(<LBFGS.h>)\n'
        f"#define RELAPSE_WITHOUT_FIT\n#endif\n\n{bodies}",
        encoding="utf-8",
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("generated", type=Path)
    parser.add_argument("into", type=Path)
    given = parser.parse_args()
    write(given.generated, given.into)


if __name__ == "__main__":
    main()
