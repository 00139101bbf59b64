"""Odd places: encodings, half letters, damaged files, subinterpreters, threads."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from conftest import Write

import relapse
from relapse._cli.main import main

ROOT = Path(__file__).parents[2]
TABLE = "person,time,craving\nJ\u00fcrgen \u4e00,1,1\nJ\u00fcrgen \u4e00,2,3\n"


def run(encoding: str, *words: str) -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    command = [sys.executable, "-m", "relapse", *words]
    return subprocess.run(command, env=environment, capture_output=True, check=False)


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_data_is_utf8_whatever_the_terminal_has(write: Write, encoding: str) -> None:
    table = write(TABLE, "x.csv")
    name = "J\u00fcrgen \u4e00".encode()
    for words in (("score",), ("score", "--json"), ("report", "-o", "-")):
        ran = run(encoding, words[0], str(table), *words[1:])
        assert ran.returncode == 0, ran.stderr
        assert name in ran.stdout
    ran = run(encoding, "score", str(table), "--attention", "1")
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.decode(encoding)


def test_half_of_a_letter_is_refused_in_one_line(
    tmp_path: Path, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    table = write(json.dumps([{"person": "A\ud800", "time": 1, "craving": 1}]), "x.json")
    for words in (["-o", str(tmp_path / "s.csv")], ["-o", str(tmp_path / "s.json")], []):
        assert main(["score", str(table), *words]) == 1
        told = capsys.readouterr().err.splitlines()
        assert any("half of a letter" in line for line in told)
    assert [path.name for path in tmp_path.iterdir()] == ["x.json"]


def test_a_damaged_parquet_file_is_refused_by_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pandas = pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    whole = tmp_path / "whole.parquet"
    frame = {"person": ["A"] * 500, "time": range(500), "craving": [1, 2] * 250}
    pandas.DataFrame(frame).to_parquet(whole)
    content = whole.read_bytes()
    folder = tmp_path / "folder"
    folder.mkdir()
    broken = folder / "broken.parquet"
    refused = 0
    for at in range(0, len(content), max(1, len(content) // 60)):
        damaged = bytearray(content)
        damaged[at : at + 40] = b"\xff" * len(damaged[at : at + 40])
        broken.write_bytes(bytes(damaged))
        for given in (broken, folder):
            status = main(["score", str(given), "-o", str(tmp_path / "s.parquet")])
            told = capsys.readouterr().err
            assert status in (0, 1)
            assert status == 0 or "broken.parquet" in told
            refused += status
    assert refused > 20


def test_a_subinterpreter_is_refused_by_name() -> None:
    script = (
        "import importlib\n"
        "for name in ('_interpreters', '_xxsubinterpreters'):\n"
        "    try:\n"
        "        made = importlib.import_module(name)\n"
        "    except ImportError:\n"
        "        continue\n"
        "    told = made.run_string if hasattr(made, 'run_string') else made.exec\n"
        "    try:\n"
        "        print(told(made.create(), 'import relapse'))\n"
        "    except Exception as error:\n"
        "        print(error)\n"
        "    break\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert "ImportError" in ran.stdout
    assert "not in a subinterpreter" in ran.stdout


def test_threads_share_a_model_and_give_the_numbers_of_one() -> None:
    model = relapse.Model.standard()

    def course(person: int) -> list[float]:
        monitor = relapse.Monitor(model)
        return [
            monitor.update(float(k), {"craving": (k * person) % 5}).level_risk
            for k in range(30)
        ]

    alone = [course(person) for person in range(16)]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(course, range(16))) == alone


#: Ways out of the process, in C++.
OUTWARDS = re.compile(r"#include <(?:sys/socket|netinet|arpa/|netdb|curl|syslog)")
#: The same in Python: an audit hook that ends whoever tries, and lists what is loaded.
WATCHED = """
import os, sys
def watch(event, given):
    if event.split(".")[0] in {"socket", "urllib", "http", "ftplib", "smtplib", "syslog"}:
        os._exit(9)
sys.addaudithook(watch)
from relapse._cli.main import main
table, folder = sys.argv[1:]
for words in (["score", table, "-o", folder + "/s.csv", "--attention", "3"],
              ["report", table, "-o", folder + "/c.html"],
              ["report", table, "--who", "P1", "-o", folder + "/p.html"],
              ["fhir", "out", table, "-o", folder + "/b.json"],
              ["simulate", "--persons", "2", "--days", "3", "-o", folder + "/d.csv"]):
    if main(words) != 0:
        sys.exit(f"{words[0]} failed")
"""


def test_nothing_is_sent_anywhere(tmp_path: Path, write: Write) -> None:
    for folder in ("include", "src", "bindings", "python/src"):
        for path in (ROOT / folder).rglob("*.[hic]*pp"):
            assert not OUTWARDS.search(path.read_text("utf-8")), path
    table = write("person,time,craving\nP1,20000,1\nP1,20001,3\n", "t.csv")
    folder = tmp_path / "out"
    folder.mkdir()
    words = [sys.executable, "-c", WATCHED, str(table), str(folder)]
    ran = subprocess.run(words, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    words[2] = WATCHED + "import socket; socket.socket()"
    assert subprocess.run(words, capture_output=True, check=False).returncode == 9


def test_nothing_is_logged() -> None:
    for path in (ROOT / "python" / "relapse").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                names = [each.name for each in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            else:
                continue
            assert not {"logging", "syslog"} & {name.split(".")[0] for name in names}, (
                path
            )
