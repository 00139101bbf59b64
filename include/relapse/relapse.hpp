#pragma once

/// The whole library but the file formats, which are in <relapse/io/json.hpp>,
/// <relapse/io/cbor.hpp>, <relapse/io/standard.hpp> and <relapse/io/instruments.hpp>, the
/// case file, which is kept in one of them and is in <relapse/case_file/case_file.hpp>,
/// and fitting, which needs the headers of LBFGSpp and is in <relapse/learn/fit.hpp>.

#include <relapse/care/after_use.hpp>
#include <relapse/care/care_pages.hpp>
#include <relapse/care/contact_rules.hpp>
#include <relapse/care/helpfulness.hpp>
#include <relapse/care/high_risk.hpp>
#include <relapse/care/medication_advice.hpp>
#include <relapse/care/page.hpp>
#include <relapse/care/page_speech.hpp>
#include <relapse/care/plan_check.hpp>
#include <relapse/care/plan_page.hpp>
#include <relapse/care/review.hpp>
#include <relapse/care/suggest.hpp>
#include <relapse/care/support_step.hpp>
#include <relapse/core/error.hpp>
#include <relapse/core/time.hpp>
#include <relapse/core/zone.hpp>
#include <relapse/domain/check_in.hpp>
#include <relapse/domain/crisis.hpp>
#include <relapse/domain/crisis_resource.hpp>
#include <relapse/domain/phrases.hpp>
#include <relapse/domain/protocol.hpp>
#include <relapse/domain/situation.hpp>
#include <relapse/engine/forecast.hpp>
#include <relapse/engine/look_back.hpp>
#include <relapse/engine/monitor.hpp>
#include <relapse/engine/questions.hpp>
#include <relapse/engine/score.hpp>
#include <relapse/engine/simulate.hpp>
#include <relapse/engine/stream.hpp>
#include <relapse/infer/probabilities.hpp>
#include <relapse/instruments/score.hpp>
#include <relapse/model/answer_quality.hpp>
#include <relapse/model/instrument_answers.hpp>
#include <relapse/model/item_table.hpp>
#include <relapse/model/model.hpp>
#include <relapse/plan/changes.hpp>
#include <relapse/plan/follow_up.hpp>
#include <relapse/plan/merge.hpp>
#include <relapse/plan/outcome.hpp>
#include <relapse/plan/plan.hpp>
#include <relapse/plan/share.hpp>
#include <relapse/plan/telephone.hpp>
#include <relapse/plan/use_history.hpp>
#include <relapse/plan/versions.hpp>
#include <relapse/risk/counterfactuals.hpp>
#include <relapse/risk/outlook.hpp>
#include <relapse/risk/premise.hpp>
#include <relapse/version.hpp>
