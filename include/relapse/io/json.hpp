#pragma once

/// The JSON documents of the library: models, check-ins, assessments, instruments, crisis
/// resources, medications. A checkout is enough to read them. Those that come with the
/// library are in headers of their own, which need a build: <relapse/io/standard.hpp>,
/// <relapse/io/instruments.hpp>, <relapse/io/medications.hpp>,
/// <relapse/io/protocols.hpp>, <relapse/io/resources.hpp>, <relapse/io/wordings.hpp>, and
/// <relapse/io/plan_json.hpp>, as a plan may leave out what is known of a medication.

#include <relapse/io/assessment_json.hpp>
#include <relapse/io/check_in_json.hpp>
#include <relapse/io/instrument_json.hpp>
#include <relapse/io/medication_json.hpp>
#include <relapse/io/model_json.hpp>
#include <relapse/io/resources_json.hpp>
