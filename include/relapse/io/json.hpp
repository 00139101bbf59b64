#pragma once

/// The JSON documents of the library: models, plans, check-ins, assessments,
/// instruments, crisis resources, wordings.

#include <relapse/io/assessment_json.hpp>
#include <relapse/io/check_in_json.hpp>
#include <relapse/io/instrument_json.hpp>
#include <relapse/io/medication_json.hpp>
#include <relapse/io/model_json.hpp>
#include <relapse/io/plan_json.hpp>
#include <relapse/io/resources_json.hpp>
#include <relapse/io/wording_json.hpp>
