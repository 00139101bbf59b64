"""Files in the shape of real exports, and the answers in them, worked out by hand.

Name of the case: (file or folder, mapping, settings, columns). All are in
`data/exports` and were written for these tests.
"""

from __future__ import annotations

from typing import Any

NAN = float("nan")
#: 2026-03-01 08:00 in Helsinki (or 06:00 UTC), in days.
FIRST = 1772344800 / 86400
HELSINKI = {"zone": "Europe/Helsinki"}
OFTEN = {"values": {"isolating": {"never": 0.0, "often": 3.0}}}

Case = tuple[str, Any, dict[str, Any], dict[str, list[Any]]]

_QUALTRICS = {
    "person": ["P1"] * 3,
    "time": [FIRST, FIRST + 1, FIRST + 2],
    "craving": [3, NAN, 4],
    "craving_missing": [None, "unknown", None],
    "isolating": [1, NAN, NAN],
}
_ASKED = {"items": {"Q1": "craving", "Q2": "isolating"}}
#: A FHIR bundle, by paths.
BUNDLE: dict[str, Any] = {
    "schema": "relapse/mapping/1",
    "id": "bundle",
    "layout": "nested",
    "records": "entry[].resource[resourceType=QuestionnaireResponse]",
    "person": {"column": "subject.reference", "after": "/"},
    "time": {"columns": ["authored"], "unit": "iso"},
    "answers": {
        "each": "item[**]",
        "item": "linkId",
        "values": [
            "answer[].valueInteger",
            "answer[].valueDecimal",
            "answer[].valueCoding.code",
        ],
    },
}

CASES: dict[str, Case] = {
    "beiwe": (
        "beiwe",
        "beiwe",
        OFTEN | {"items": {"q1": "craving", "q2": "isolating"}},
        {
            "person": ["abcd1234"] * 2,
            "time": [FIRST, FIRST + 1],
            "craving": [3, NAN],
            "craving_missing": [None, "declined"],
            "isolating": [3, 0],
        },
    ),
    "beiwe, questions that were not shown": (
        "beiwe_gaps",
        "beiwe",
        {},
        {
            "person": ["p9"] * 2,
            "q1": [3, NAN],
            "q1_missing": [None, "declined"],
            "q2": [NAN, 1],
            "q2_missing": ["not_asked", None],
        },
    ),
    "mindlamp": (
        "mindlamp.json",
        "mindlamp",
        OFTEN,
        {
            "person": ["U1"] * 2,
            "time": [FIRST, FIRST + 1],
            "craving": [3, NAN],
            "craving_missing": [None, "unknown"],
            "isolating": [3, NAN],
            "isolating_missing": [None, "not_asked"],
        },
    ),
    "mindlamp, events without participant": (
        "mindlamp_list.json",
        "mindlamp",
        {"person": "U9", "values": {"isolating": {0: 0, 1: 2}}},
        {
            "person": ["U9"] * 2,
            "craving": [3, NAN],
            "craving_missing": [None, "unknown"],
            "isolating": [2, 0],
        },
    ),
    "mindlamp, one event": (
        "mindlamp_one.json",
        "mindlamp",
        {},
        {"person": ["U7"], "time": [FIRST], "craving": [3]},
    ),
    "radar_base": (
        "radar_base.csv",
        "radar_base",
        OFTEN,
        {
            "person": ["u1"] * 2,
            "time": [FIRST, FIRST + 1],
            "craving": [3, NAN],
            "craving_missing": [None, "unknown"],
            "isolating": [3, NAN],
        },
    ),
    "radar_base, values by their kind": (
        "radar_union.csv",
        "radar_base",
        {},
        {
            "time": [FIRST, FIRST + 1],
            "craving": [3, 0],
            "mood": ["low", None],
            "mood_missing": [None, "unknown"],
        },
    ),
    "radar_base, a folder of packed files": (
        "radar",
        "radar_base",
        {},
        {"person": ["u1", "u2"], "time": [FIRST, FIRST], "craving": [3, 1]},
    ),
    "researchkit": (
        "researchkit.json",
        "researchkit",
        OFTEN,
        {"time": [FIRST], "craving": [3], "isolating": [3], "used": [0]},
    ),
    "researchkit, several choices": (
        "researchkit_choices.json",
        "researchkit",
        {},
        {
            "time": [FIRST, FIRST + 1],
            "where[home]": [1, 1],
            "where[bar]": [1, 0],
            "craving": [3, 1],
            "nothing_missing": ["unknown", "unknown"],
        },
    ),
    "researchkit, times, intervals and dates": (
        "researchkit_times.json",
        "researchkit",
        {},
        {
            "time": [FIRST],
            "woke": ['{"hour": 6, "minute": 30}'],
            "since": [5400],
            "day": ["2026-02-28"],
            "used": [1],
            "rung": [4],
        },
    ),
    "redcap": (
        "redcap.csv",
        "redcap",
        HELSINKI,
        {
            "person": ["7"] * 2,
            "time": [FIRST, FIRST + 1],
            "craving": [3, NAN],
            "craving_missing": [None, "unknown"],
            "isolating": [2, 0],
        },
    ),
    "redcap, a repeating instrument among others": (
        "redcap_repeating.csv",
        "redcap",
        HELSINKI | {"items": {"craving": "craving", "isolating": "isolating"}},
        {
            "person": ["1", "1", "2"],
            "time": [FIRST, FIRST + 1, FIRST],
            "craving": [3, NAN, 1],
            "isolating": [2, 0, 1],
        },
    ),
    "redcap, events with another instrument that repeats": (
        "redcap_longitudinal.csv",
        "redcap",
        HELSINKI | {"items": {"craving": "craving"}},
        {
            "person": ["1", "1"],
            "time": [FIRST, FIRST + 1],
            "craving": [3, NAN],
            "craving_missing": [None, "unknown"],
        },
    ),
    "redcap, an instrument of another name, boxes and codes": (
        "redcap_ema.csv",
        "redcap",
        HELSINKI | {"instrument": "ema", "missing": {-99: "declined"}},
        {
            "person": ["P-1", "P-1"],
            "crav": [2, NAN],
            "crav_missing": [None, "declined"],
            "use___1": [1, 0],
            "use___2": [0, 0],
        },
    ),
    "qualtrics": (
        "qualtrics.csv",
        "qualtrics",
        HELSINKI | _ASKED | OFTEN,
        {
            "person": ["P1"] * 2,
            "time": [FIRST, FIRST + 1],
            "craving": [3, NAN],
            "craving_missing": [None, "unknown"],
            "isolating": [3, NAN],
        },
    ),
    "qualtrics, no row after the header": (
        "qualtrics_plain.csv", "qualtrics", HELSINKI | _ASKED, _QUALTRICS,
    ),
    "qualtrics, one row after the header": (
        "qualtrics_one_row.csv", "qualtrics", HELSINKI | _ASKED, _QUALTRICS,
    ),
    "qualtrics, two rows, a preview and a test": (
        "qualtrics_previews.csv", "qualtrics", HELSINKI | _ASKED, _QUALTRICS,
    ),
    "qualtrics, UTF-16 with tabs": (
        "qualtrics_utf16.tsv",
        "qualtrics",
        HELSINKI | _ASKED,
        _QUALTRICS | {"person": ["Zoë"] * 3},
    ),
    "generic": (
        "generic.csv",
        "generic",
        OFTEN | {"missing": {"-99": "declined"}},
        {
            "person": ["P1", "P1", "P2"],
            "time": [FIRST, FIRST + 1, FIRST],
            "craving": [3, NAN, NAN],
            "craving_missing": [None, "unknown", "declined"],
            "isolating": [3, 0, 0],
        },
    ),
    "generic, long": (
        "generic_long.csv",
        "generic",
        OFTEN,
        {
            "time": [FIRST, FIRST + 1],
            "craving": [3, NAN],
            "craving_missing": [None, "declined"],
            "isolating": [3, NAN],
            "isolating_missing": [None, "not_asked"],
            "stage": ["stable", None],
        },
    ),
    "generic, date and clock apart": (
        "generic_date_clock.csv",
        "generic",
        HELSINKI,
        {"time": [FIRST, FIRST + 1], "craving": [3, 0]},
    ),
    "generic, Windows-1252": (
        "generic_windows.csv",
        "generic",
        {"encoding": "cp1252"},
        {"person": ["Jürgen"], "craving": [3], "note": ["müde"]},
    ),
    "generic, semicolons": (
        "generic_semicolons.csv",
        "generic",
        {},
        {"person": ["P1"], "time": [FIRST], "craving": [3]},
    ),
    "generic, offsets without a colon, nanoseconds": (
        "generic_offsets.csv",
        "generic",
        {},
        {
            "time": [FIRST, FIRST + 1, (1772344800 + 2 * 86400 + 0.123456) / 86400],
            "craving": [3, 1, 0],
        },
    ),
    "generic, days and reasons as simulate writes them": (
        "generic_days.csv",
        "generic",
        {},
        {
            "person": ["P001"] * 2,
            "time": [0, 1],
            "craving": [3, NAN],
            "craving_missing": [None, "declined"],
            "stage": ["stable", None],
        },
    ),
    "generic, gaps and codes, each by its item": (
        "generic_gaps.csv",
        "generic",
        {"missing": {".": "not_asked", "drinks": {"-9": "declined", "99": "unknown"}}},
        {
            "craving": [NAN, 3, NAN],
            "craving_missing": ["unknown", None, "not_asked"],
            "drinks": [NAN, 2, NAN],
            "drinks_missing": ["declined", None, "unknown"],
            "site": ["007", "no site", "12345678901234567"],
        },
    ),
    "generic, JSON Lines": (
        "generic.ndjson",
        "generic",
        {},
        {
            "time": [FIRST, FIRST + 1],
            "craving": [3, NAN],
            "craving_missing": [None, "unknown"],
        },
    ),
    "generic, documents of check-ins": (
        "check_in_documents.json",
        "generic",
        {},
        {"time": [FIRST], "craving": [3], "isolating_missing": ["declined"]},
    ),
    "m_path": (
        "m_path.csv",
        "m_path",
        {},
        {
            "person": ["101", "101", "102"],
            # The clock was two hours ahead, or five behind.
            "time": [
                (1772352060 - 7200) / 86400,
                (1772366405 - 7200) / 86400,
                (1772352060 + 18000) / 86400,
            ],
            "craving": [3, NAN, 1],
            "craving_missing": [None, "unknown", None],
            "used": [0, NAN, 1],
        },
    ),
    "m_path, as of 2024": (
        "m_path_2024.csv",
        "m_path",
        {},
        {
            "person": ["7", "7", "8"],
            "time": [
                FIRST,
                (1772438395 - 7200) / 86400,
                (1772330400 + 14400) / 86400,
            ],
            "craving_slider": [3, NAN, 1],
            "used_yesno": [1, NAN, 0],
            "evening_only": [NAN, NAN, 2],
            "evening_only_missing": ["not_asked", "unknown", None],
        },
    ),
    "m_path, several choices": (
        "m_path_choices.csv",
        "m_path",
        {},
        {
            "time": [FIRST, FIRST + 1, FIRST + 2],
            "craving": [3, 0, 1],
            "where_multipleChoice[home]": [1, 1, NAN],
            "where_multipleChoice[bar]": [1, 0, NAN],
        },
    ),
    "movisensxs": (
        "movisensxs.csv",
        "movisensxs",
        HELSINKI,
        {
            "person": ["12"] * 2,
            "time": [FIRST, FIRST + 1],
            "craving": [3, NAN],
            "craving_missing": [None, "unknown"],
            "isolating": [2, NAN],
        },
    ),
    "limesurvey": (
        "limesurvey.csv",
        "limesurvey",
        HELSINKI | {"values": {"where[home]": {"Y": 1}, "where[bar]": {"Y": 1}}},
        {
            "person": ["tk1"] * 2,
            "time": [FIRST, FIRST + 1],
            "craving": [3, 2],
            "where[home]": [1, NAN],
            "where[bar]": [NAN, 1],
            "why_missing": ["not_asked", "unknown"],
        },
    ),
    "limesurvey, dates of 1980 that are none": (
        "limesurvey_anonymous.csv",
        "limesurvey",
        HELSINKI,
        {"person": ["tk1"], "time": [FIRST], "craving": [3]},
    ),
    "kobo": (
        "kobo.csv",
        "kobo",
        {},
        {
            "person": ["k1"] * 2,
            "time": [FIRST, FIRST + 1],
            "craving": [3, NAN],
            "craving_missing": [None, "unknown"],
            "where/home": [1, NAN],
            "where/bar": [1, NAN],
        },
    ),
    "kobo, from its web service": (
        "kobo.json",
        "kobo",
        {
            "items": {"mood/craving": "craving", "mood/used": "used"},
            "values": {"used": {"no": 0, "yes": 1}},
        },
        {
            "time": [FIRST, FIRST + 1],
            "craving": [3, 0],
            "used": [0, NAN],
            "used_missing": [None, "not_asked"],
        },
    ),
    "odk": (
        "odk.csv",
        "odk",
        {"items": {"mood-craving": "craving", "mood-used": "used"}},
        {
            "person": ["o1"] * 2,
            "time": [FIRST, FIRST + 2],
            "craving": [3, 1],
            "used": [0, NAN],
            "used_missing": [None, "unknown"],
        },
    ),
    "open_mhealth": (
        "open_mhealth.json",
        "open_mhealth",
        {},
        {
            "person": ["omh1"] * 2,
            "time": [FIRST, FIRST + 1],
            "craving": [3, 0],
            "where[home]": [1, 0],
            "where[bar]": [1, 1],
        },
    ),
    "fhir": (
        "bundle.json",
        "fhir",
        {},
        {
            "person": ["7"] * 2,
            "time": [FIRST, FIRST + 1],
            "craving": [3, NAN],
            "craving_missing": [None, "unknown"],
            "where[home]": [1, NAN],
            "where[bar]": [1, NAN],
            "isolating": [2, NAN],
        },
    ),
    "fhir, a panel with its members": (
        "../fhir/us_core_panel.ndjson",
        "fhir",
        {},
        {
            "person": ["P139"],
            "time": [FIRST + 7 + (3 * 60 + 5) / 1440],
            "phq9_1": [2], "phq9_2": [2], "phq9_3": [1], "phq9_4": [1], "phq9_5": [0],
            "phq9_6": [1], "phq9_7": [1], "phq9_8": [0], "phq9_9": [0],
            "phq9_total": [8],
        },
    ),
    "beiwe, two surveys at one time, several choices": (
        "beiwe_two_surveys",
        "beiwe",
        {"values": {"q9": {"no": 0, "yes": 1}}},
        {
            "person": ["p1"] * 2,
            "time": [FIRST, FIRST],
            "q1": [3, NAN],
            "q3[home]": [1, NAN],
            "q3[bar]": [1, NAN],
            "q5": ["fine", None],
            "q9": [NAN, 1],
            "q8_missing": ["not_asked", "unknown"],  # the app could not record it
        },
    ),
    "kobo, from its web service, one not approved": (
        "kobo_service.json",
        "kobo",
        {"items": {"craving": "craving", "where": "where"}},
        {"person": ["k1"], "time": [FIRST], "craving": [3], "where": ["home bar"]},
    ),
    "odk, its OData feed": (
        "odk_odata.json",
        "odk",
        {"values": {"mood-used": {"no": 0, "yes": 1}}},
        {
            "person": ["o1"] * 2,
            "time": [FIRST, FIRST + 1],
            "mood-craving": [3, NAN],
            "mood-craving_missing": [None, "unknown"],
            "mood-used": [0, 0],
        },
    ),
    "limesurvey, JSON": (
        "limesurvey.json",
        "limesurvey",
        HELSINKI | {"values": {"where[home]": {"Y": 1}}},
        {"person": ["tk"], "time": [FIRST], "craving": [3], "where[home]": [1]},
    ),
    "redcap, from its web service": (
        "redcap_service.json",
        "redcap",
        HELSINKI,
        {"person": ["1"], "time": [FIRST], "craving": [3]},
    ),
    "redcap, an event that repeats": (
        "redcap_repeating_events.csv",
        "redcap",
        HELSINKI | {"items": {"craving": "craving"}},
        {
            "person": ["1"] * 2,
            "time": [FIRST, FIRST + 1],
            "craving": [3, NAN],
            "craving_missing": [None, "unknown"],
        },
    ),
    "open_mhealth, IEEE 1752.1 with an interval": (
        "open_mhealth_ieee.json",
        "open_mhealth",
        {},
        {"person": ["o1"], "time": [FIRST], "craving": [3], "slept": [6.5]},
    ),
    "mindlamp, a game after the survey": (
        "mindlamp_games.json",
        "mindlamp",
        {"items": {"craving": "craving"}},
        {
            "person": ["U1"] * 2,
            "time": [FIRST, FIRST + 100 / 86400],
            "craving": [3, NAN],
            "craving_missing": [None, "not_asked"],
        },
    ),
    "radar_base, fewer answers than columns": (
        "radar_fewer_answers.csv",
        "radar_base",
        {},
        {
            "time": [FIRST, FIRST + 1],
            "craving": [3, 2],
            "isolating": [1, NAN],
            "isolating_missing": [None, "not_asked"],
        },
    ),
    "a mapping of one's own with paths": (
        "bundle.json",
        BUNDLE,
        {},
        {
            "person": ["7"] * 2,
            "time": [FIRST, FIRST + 1],
            "craving": [3, NAN],
            "craving_missing": [None, "unknown"],
            "where[home]": [1, NAN],
            "where[bar]": [1, NAN],
            "isolating": [2, NAN],
        },
    ),
}  # fmt: skip
