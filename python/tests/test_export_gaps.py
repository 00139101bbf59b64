"""Words for a gap where an export says who, when and what; records that hold nothing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from conftest import Read
from export_cases import FIRST

import relapse

UTC: dict[str, Any] = {"zone": "UTC"}
REDCAP: dict[str, Any] = {"mapping": "redcap", "zone": "Europe/Helsinki"}
HEAD = (
    "record_id,redcap_repeat_instrument,redcap_repeat_instance,age,check_in_timestamp,"
    "craving,self_harm,check_in_complete\n"
)


@pytest.mark.parametrize(
    ("mapping", "text", "settings"),
    [
        ("redcap", HEAD + "1,GAP,GAP,GAP,2026-03-01 06:00,3,2,2\n", UTC),
        ("redcap", HEAD + "1,check_in,1,GAP,2026-03-01 06:00,3,2,2\n"
         "1,check_in,2,GAP,GAP,GAP,GAP,0\n1,GAP,GAP,44,GAP,GAP,GAP,GAP\n", UTC),
        ("m_path", "connectionId;timeStampStart;timeStampSent;timeStampStop;"
         "timeZoneOffset;craving\n1;GAP;1772352000;9;7200;3\n", {}),
        ("movisensxs", "Participant;Form_start_date;Form_start_time;Trigger_date;"
         "Trigger_time;Form_finish_date;craving\n"
         "1;GAP;GAP;2026-03-01;06:00;2026-03-01;3\n", UTC),
        ("limesurvey", "token,submitdate,startdate,datestamp,craving\n"
         "1,GAP,GAP,2026-03-01 06:00:00,3\n", UTC),
        ("radar_base", "key.userId,value.time,value.timeCompleted,"
         "value.answers.0.questionId,value.answers.0.value.int,"
         "value.answers.0.value.string,value.answers.1.questionId,"
         "value.answers.1.value.int\n1,1772344800,GAP,craving,3,GAP,GAP,GAP\n", {}),
        ("kobo", "participant;start;_submission_time;craving\n"
         "1;GAP;2026-03-01T06:00:00;3\n", {}),
        ("odk", "SubmissionDate,start,participant,craving,ReviewState\n"
         "2026-03-01T06:00:00Z,GAP,1,3,GAP\n", {}),
        ("generic", "person,time,date,clock,craving,craving_missing\n"
         "1,GAP,2026-03-01,06:00,3,GAP\n", UTC),
        ("generic", "person,time,item,value,missing_reason,stage\n"
         f"1,{FIRST},craving,3,GAP,GAP\n", {}),
    ],
)  # fmt: skip
@pytest.mark.parametrize("gap", ["", "NA", "NaN", "null"])
def test_a_word_for_a_gap_steers_as_an_empty_cell_does(
    mapping: str, text: str, settings: dict[str, Any], gap: str, read: Read
) -> None:
    found, _ = read(text.replace("GAP", gap), mapping=mapping, **settings)
    assert (list(found["person"]), found["craving"]) == (["1"], [3])
    assert found["time"] == [FIRST]
    if mapping == "redcap":
        assert found["self_harm"] == [2]


@pytest.mark.parametrize("name", ["NA", "null", " None ", ""])
def test_a_word_for_a_gap_names_nobody_and_no_question(name: str, read: Read) -> None:
    with pytest.raises(relapse.InvalidInput, match="line 2: does not say who"):
        read(f"person,time,craving\n{name},1,3\n")
    with pytest.raises(relapse.InvalidInput, match="a question without a name"):
        read(f"person,time,item,value\na,1,{name},3\n")
    event = {"timestamp": 1.7e12, "temporal_slices": [{"item": name, "value": 3}]}
    with pytest.raises(relapse.InvalidInput, match="a question without 'item'"):
        read([event], mapping="mindlamp", person="a")
    subject = {"schema": "relapse/mapping/1", "id": "own", "layout": "wide",
               "person": {"column": "who", "after": "/"},
               "time": {"columns": ["t"], "unit": "days"}}  # fmt: skip
    with pytest.raises(relapse.InvalidInput, match="line 2: does not say who"):
        read(f"who,t,craving\nPatient/{name},1,3\n", mapping=subject)


@pytest.mark.parametrize("name", [["a", "b"], {"id": "a"}, True])
def test_a_question_has_a_text_for_a_name(name: Any, read: Read) -> None:
    event = {"timestamp": 1.7e12, "temporal_slices": [{"item": name, "value": 3}]}
    with pytest.raises(relapse.InvalidInput, match="'item': is no text") as error:
        read([event], mapping="mindlamp", person="a")
    assert "'b'" not in str(error.value)


def test_a_record_that_holds_nothing_is_left_out_with_its_reason(read: Read) -> None:
    good = "1,check_in,9,,2026-03-01 08:00,3,0,2\n"
    found, report = read(HEAD + "1,check_in,1,,,,,0\n" + good, **REDCAP)
    assert found["craving"] == [3]
    assert report.left_out[0].why == "holds nothing of check_in"
    found, report = read(HEAD + "1,check_in,1,,,,,2\n" + good, **REDCAP)
    assert report.left_out[0].why == "has neither a time nor an answer"
    with pytest.raises(relapse.InvalidInput, match="line 2, person '1': has no time"):
        read(HEAD + "1,check_in,1,,[not completed],4,,0\n" + good, **REDCAP)


def test_an_answer_of_the_instrument_is_never_left_out_as_nothing(read: Read) -> None:
    good = "1,check_in,9,,2026-03-01 08:00,3,0,2\n"
    with pytest.raises(relapse.InvalidInput, match="line 2, person '1': has no time"):
        read(HEAD + "1,,,,,4,,\n" + good, **REDCAP)
    # What no check-in answers is of another instrument, as far as can be seen.
    _, report = read(HEAD + "1,,,44,,,,\n" + good, **REDCAP)
    (out,) = report.left_out
    assert out.questions == ("age",) and "name in `items`" in out.why
    with pytest.raises(relapse.InvalidInput, match="line 2, person '1': has no time"):
        read(HEAD + "1,,,44,,,,\n" + good, items={"age": "age"}, **REDCAP)


@pytest.mark.parametrize("items", [None, {"self_harm": "self_harm"}])
def test_another_instrument_hides_no_answer_about_safety(items: Any, read: Read) -> None:
    text = HEAD + "1,baseline,1,44,,,2,\n1,check_in,1,,2026-03-01 08:00,3,0,2\n"
    with pytest.raises(relapse.InvalidInput, match="line 2, person '1': has no time"):
        read(text, items=items, **REDCAP)
    found, _ = read(text, items=items, on_error="collect", **REDCAP)
    np.testing.assert_array_equal(found["self_harm"], [0, 2])
    of_model = {name: found[name] for name in ("person", "time", "self_harm")}
    scores, _ = relapse.score(of_model, "standard", on_error="collect")
    assert "self_harm" in scores["flags"][-1]


@pytest.mark.parametrize("cell", ["7", "NA", "3.5"])
def test_what_stands_above_import_ids_is_a_row_of_the_header(
    cell: str, read: Read
) -> None:
    head = "StartDate,Status,Progress,ExternalReference,Q1\n"
    ids = ",".join(f'"{{""ImportId"":""{name}""}}"' for name in "abcde")
    label = f"Start Date,Response Type,Progress,External Data Reference,{cell}\n"
    found, report = read(
        f"{head}{label}{ids}\n2026-03-01 06:00:00,0,100,p1,3\n",
        mapping="qualtrics",
        **UTC,
    )
    assert found["Q1"] == [3] and len(report.notes) == 2


def test_the_zone_below_the_header_is_that_of_the_times(read: Read) -> None:
    zone = '"{""ImportId"":""a"",""timeZone"":""America/Denver""}"'
    ids = ",".join([zone, *(f'"{{""ImportId"":""{name}""}}"' for name in "bcde")])
    text = (
        "StartDate,Status,Progress,ExternalReference,Q1\n"
        f"Start Date,Response Type,Progress,Reference,Q\n{ids}\n"
        "2026-02-28 23:00:00,0,100,p1,3\n"
    )
    for told in ({}, {"zone": "America/Denver"}, {"zone": "US/Mountain"}):
        table, _ = read(text, mapping="qualtrics", **told)
        assert table["time"] == pytest.approx([FIRST])
    with pytest.raises(relapse.InvalidInput, match="America/Denver, but `zone` is UTC"):
        read(text, mapping="qualtrics", **UTC)
    assert read(text.replace("America/Denver", "Z"), mapping="qualtrics")[0]["Q1"] == [3]


@pytest.mark.parametrize("status", ["Imported Spam", "12", "Spam", "8"])
def test_imported_spam_is_spam(status: str, read: Read) -> None:
    head = "StartDate,Status,Progress,ExternalReference,Q1\n"
    row = "2026-03-01 06:00:00,{},100,p1,3\n"
    text = head + row.format(status) + row.format("0")
    _, report = read(text, mapping="qualtrics", **UTC)
    assert [one.why for one in report.left_out] == ["marked as spam"]


@pytest.mark.parametrize(
    "text",
    [
        "20260301T060000Z", "20260301T0600Z", "20260301T080000,5+0200",
        "2026-03-01T06:00:00,5Z", "2026-03-01T08:00:00+02:00[Europe/Helsinki]",
        "2026-03-01T06:00:00Z[UTC]",
    ],
)  # fmt: skip
def test_other_ways_to_write_a_moment_are_read_everywhere(text: str, read: Read) -> None:
    time = FIRST + (0.5 / 86400 if ",5" in text else 0)
    found, _ = read(f'person,time,craving\na,"{text}",1\n')
    assert found["time"] == pytest.approx([time], abs=1e-10)
    assert relapse.Monitor("standard").update(text, {}).time == found["time"][0]
    scores = relapse.score({"person": ["a"], "time": [text], "craving": [1]}, "standard")
    assert len(scores["risk_7d"]) == 1
    bare = text.partition("[")[0].partition("+")[0].removesuffix("Z")
    with pytest.raises(relapse.InvalidInput, match="zone"):
        read(f'person,time,craving\na,"{bare}",1\n')
