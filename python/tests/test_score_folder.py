"""`relapse score` on a folder of Parquet files."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

import relapse
from relapse._cli.main import main

pytest.importorskip("pyarrow")

MODEL = relapse.Model.standard()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three files, of which two end in the middle of a person."""
    table = relapse.simulate(MODEL, persons=6, days=15, seed=3, frame="pandas")
    path = tmp_path / "parts"
    path.mkdir()
    for name, part in {"a": table[:20], "b": table[20:41], "c": table[41:]}.items():
        part.to_parquet(path / f"{name}.parquet", index=False)
    return path


def test_the_doubles_are_those_of_the_whole(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "scores.parquet"
    assert main(["score", str(folder), "-o", str(output), "--json"]) == 0
    done = json.loads(capsys.readouterr().out)
    assert done["files"] == 3
    whole = pd.concat([pd.read_parquet(file) for file in sorted(folder.iterdir())])
    expected = relapse.score(whole.reset_index(drop=True), MODEL)
    found = pd.read_parquet(output)
    assert done["check_ins"] == len(found)
    for name in expected.select_dtypes("number"):
        assert (found[name].eq(expected[name]) | expected[name].isna()).all(), name


def test_a_refusal_names_file_and_row_and_leaves_nothing(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = pd.read_parquet(folder / "b.parquet")
    table.loc[2, "craving"] = 99.0
    table.to_parquet(folder / "b.parquet", index=False)
    output = tmp_path / "scores.parquet"
    assert main(["score", str(folder), "-o", str(output)]) == 1
    assert "b.parquet, row 3, person P0002, column craving" in capsys.readouterr().err
    assert not output.exists()


def test_what_a_folder_cannot_have_is_refused(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["score", str(folder)]) == 1
    assert "-o NAME.parquet" in capsys.readouterr().err
    output = str(tmp_path / "scores.parquet")
    assert main(["score", str(folder), "-o", output, "--attention", "3"]) == 1
    assert "without --drivers" in capsys.readouterr().err
    (tmp_path / "empty").mkdir()
    assert main(["score", str(tmp_path / "empty"), "-o", output]) == 1
    assert "has no file" in capsys.readouterr().err
