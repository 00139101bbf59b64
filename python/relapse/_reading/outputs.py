"""Files that are written: each whole or not at all, and never over what was read."""

from __future__ import annotations

import contextlib
import io
import os
import stat
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TextIO, cast

from relapse._reading.text_file import TableError

if sys.platform != "win32":
    import fcntl


@dataclass
class _Draft:
    path: Path
    target: Path
    file: BinaryIO


class Outputs:
    """The files that one run writes: all of them, by `commit`, or none.

    Each is written into a draft beside it that nobody else knows and that only its owner
    may read (`.relapse-*.draft`; one that a killed run left may be deleted). `commit`
    brings all drafts to the disk, then puts each in its place. A file that was there
    keeps its mode; a new one has 0600, as it is about somebody's health. Links are not
    followed. `inputs` are what the run reads: none of them, and nothing in a folder among
    them, is written.
    """

    def __init__(self, inputs: Iterable[str | os.PathLike[str]] = ()) -> None:
        self._inputs = [Path(name) for name in inputs]
        self._drafts: list[_Draft] = []
        self._straight: list[BinaryIO] = []
        self._named: list[Path] = []

    def __enter__(self) -> Outputs:
        return self

    def __exit__(self, *_: object) -> None:
        self._discard()

    def check(self, path: str | os.PathLike[str]) -> None:
        """Refuse a place that cannot be written, before the work is done; `-` is stdout.

        Raises TableError for an input or what lies in an input folder, by whatever name;
        for a link, a folder, what may not be written, and a folder without room for a
        draft.
        """
        target = Path(path)
        if str(path) == "-":
            self.check_standard_output()
            return
        self._named.append(target)
        with named(target):
            self._check(target)

    def check_standard_output(self) -> None:
        """Refuse a standard output that goes on at the end of an input."""
        with contextlib.suppress(OSError):
            shown = os.fstat(1)
            for name in self._inputs:
                read = _stat_of(name)
                if stat.S_ISREG(shown.st_mode) and read and os.path.samestat(shown, read):
                    raise TableError(f"{name}: is both the input and standard output")

    def open(self, path: str | os.PathLike[str]) -> BinaryIO:
        """Return a new file of bytes that will stand at `path`."""
        target = Path(path)
        if target not in self._named:
            self.check(target)
        try:
            found = _stat_of(target)
            if found is not None and not stat.S_ISREG(found.st_mode):
                # A pipe or a device has no old content, and its name is not to be taken.
                straight = target.open("wb", buffering=0)
                self._straight.append(cast(BinaryIO, straight))
                return cast(BinaryIO, straight)
            number, name = _new_draft(target)
        except OSError as error:
            raise _refused(target, error) from error
        file = os.fdopen(number, "wb")
        self._drafts.append(_Draft(Path(name), target, file))
        return file

    @contextlib.contextmanager
    def text(self, path: str | os.PathLike[str]) -> Iterator[TextIO]:
        """Open a file of UTF-8 text, without any change of line ends."""
        file = io.TextIOWrapper(self.open(path), encoding="utf-8", newline="")
        try:
            with named(path):
                yield file
                file.flush()
        finally:
            with contextlib.suppress(OSError):  # told by the flush, where it matters
                file.detach()

    def write(self, path: str | os.PathLike[str], text: str) -> None:
        """Write a file of text, or `-`, which is standard output."""
        if str(path) == "-":
            standard_output().write(text)
            return
        with self.text(path) as file:
            file.write(text)

    def commit(self) -> None:
        """Put every file in its place. After a TableError those left are as before."""
        for draft in self._drafts:
            with named(draft.target):
                draft.file.flush()
                _keep_mode(draft)
                os.fsync(draft.file.fileno())
                draft.file.close()
        while self._drafts:
            draft = self._drafts[0]
            with named(draft.target):
                draft.path.replace(draft.target)
            self._drafts.pop(0)
            self._named.remove(draft.target)
            _keep_folder(draft.target.parent)
        self._discard()

    def remove(self, path: str | os.PathLike[str]) -> None:
        """Remove a file that a run before wrote, unless this one reads it."""
        target = Path(path)
        with named(target):
            self._check_apart(target)
            if not target.is_symlink():
                target.unlink(missing_ok=True)

    def unchanged(self) -> list[str]:
        """Return the files that were to be written and are as they were before."""
        # Of a name that is too long, Path.is_file would raise.
        there = dict.fromkeys(p for p in self._named if os.path.isfile(p))  # noqa: PTH113
        return [str(path) for path in there]

    def _discard(self) -> None:
        for file in self._straight:
            with contextlib.suppress(OSError):
                file.close()
        for draft in self._drafts:
            with contextlib.suppress(OSError):
                draft.file.close()
            with contextlib.suppress(OSError):
                draft.path.unlink()
        self._drafts.clear()
        self._straight.clear()

    def _check(self, target: Path) -> None:
        self._check_apart(target)
        found = _stat_of(target)
        if found is not None and stat.S_ISDIR(found.st_mode):
            raise TableError(f"{target}: is a folder, but must be a file")
        if found is not None and not stat.S_ISREG(found.st_mode):
            return
        if target.is_symlink():
            raise TableError(f"{target}: is a link, but must be the file itself")
        if found is not None and not os.access(target, os.W_OK):
            raise TableError(f"{target}: may not be written")
        number, name = _new_draft(target)
        os.close(number)
        Path(name).unlink()

    def _check_apart(self, target: Path) -> None:
        """Refuse a target that is an input, or lies in a folder that is one."""
        itself = _stat_of(target)
        folders = Path(os.path.realpath(target)).parents
        above = [found for found in map(_stat_of, folders) if found is not None]
        for name in self._inputs:
            read = _stat_of(name)
            if read is None:
                continue
            if stat.S_ISREG(read.st_mode) and itself and os.path.samestat(read, itself):
                raise TableError(f"{target}: is an input of this run ({name})")
            if any(os.path.samestat(read, folder) for folder in above):
                raise TableError(f"{target}: lies in the input folder {name}")


def standard_output() -> TextIO:
    """Return standard output for data: UTF-8, whatever the terminal has.

    Half of a letter, as in the name of a file, is written as JSON escapes it.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
    return sys.stdout


def write_text(path: str | os.PathLike[str], text: str) -> None:
    """Replace a file by a text, whole or not at all. Raises TableError."""
    with Outputs() as outputs:
        with outputs.text(path) as file:
            file.write(text)
        outputs.commit()


@contextlib.contextmanager
def only_writer(path: str | os.PathLike[str]) -> Iterator[None]:
    """Wait until nobody else is between reading a file and writing it anew.

    Its folder is locked: the file itself is replaced. Windows has no such lock.
    """
    if sys.platform == "win32":
        yield
        return
    with named(path):
        folder = os.open(Path(path).absolute().parent, os.O_RDONLY)
    try:
        with named(path):
            fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


@contextlib.contextmanager
def named(path: str | os.PathLike[str]) -> Iterator[None]:
    """Name the file in what the system refuses."""
    try:
        yield
    except OSError as error:
        raise _refused(Path(path), error) from error
    except UnicodeEncodeError:
        raise TableError(f"{path}: has half of a letter (a lone surrogate)") from None


def _new_draft(target: Path) -> tuple[int, str]:
    return tempfile.mkstemp(prefix=".relapse-", suffix=".draft", dir=target.parent)


def _keep_mode(draft: _Draft) -> None:
    """Give a draft the mode and the owner of what it replaces, or less."""
    old = _stat_of(draft.target)
    if old is None or not hasattr(os, "fchmod"):
        return
    mode = stat.S_IMODE(old.st_mode) & 0o777
    number = draft.file.fileno()
    new = os.fstat(number)
    if (old.st_uid, old.st_gid) != (new.st_uid, new.st_gid):
        try:
            os.fchown(number, old.st_uid, old.st_gid)
        except OSError:
            mode &= 0o700  # its group would be another one
    os.fchmod(number, mode)


def _keep_folder(folder: Path) -> None:
    """Bring the name of a file to the disk, where the system can."""
    with contextlib.suppress(OSError):
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


def _stat_of(path: Path) -> os.stat_result | None:
    try:
        return os.fstat(0) if str(path) == "-" else path.stat()
    except FileNotFoundError:
        return None


def _refused(path: Path, error: OSError) -> TableError:
    return TableError(f"{path}: {error.strerror or error}")
