#pragma once

#include <relapse/core/detail/bits.hpp>
#include <relapse/core/detail/elementary.hpp>
#include <relapse/core/detail/json_text.hpp>
#include <relapse/core/detail/probability.hpp>
#include <relapse/core/detail/sha256.hpp>
#include <relapse/engine/monitor.hpp>
#include <relapse/io/assessment_json.hpp>
#include <relapse/io/cbor.hpp>
#include <relapse/io/standard.hpp>

#include "sample_models.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// What has to be the same on every platform, as hashes of a fixed grid.
namespace portable {

using namespace relapse;

/// Doubles by their bits, the lowest byte first.
class Doubles {
 public:
  void add(double value) {
    const auto bits = bit_cast<std::uint64_t>(value);
    for (int shift = 0; shift < 64; shift += 8) {
      bytes_ += static_cast<char>(static_cast<unsigned char>(bits >> shift));
    }
  }
  void add(std::span<const double> values) {
    for (const double value : values) add(value);
  }
  std::string hash() const { return sha256(bytes_); }

 private:
  std::string bytes_;
};

inline void add(Doubles& doubles, const Assessment& assessment) {
  doubles.add(assessment.stages);
  for (const auto& risk : assessment.risks) {
    for (const double value : {risk.probability, risk.low, risk.high,
                               risk.new_use.value_or(-1.0), risk.relapse.value_or(-1.0)})
      doubles.add(value);
  }
  for (const double value : {assessment.level_risk, assessment.propensity,
                             assessment.recovery_propensity, assessment.log_likelihood})
    doubles.add(value);
  for (const auto& driver : assessment.drivers) doubles.add(driver.contribution);
}

using Lines = std::vector<std::string>;

inline void add_line(Lines& lines, std::string_view name, const std::string& hash) {
  lines.push_back(std::string(name) + ' ' + hash);
}

/// The elementary functions, each over a thousand arguments of all sizes.
inline void add_elementary(Lines& lines) {
  auto random = random_stream(1, 0);
  Doubles found;
  for (int i = 0; i < 1000; ++i) {
    const double x = 40.0 * sample_uniform(random) - 20.0;
    const double above_zero =
        bit_cast<double>((random() >> 12) + (random() % 2046 << 52));
    const double share = sample_uniform(random);
    for (const double value :
         {elementary::exp(x), elementary::expm1(x), elementary::exp2(x),
          elementary::erfc(0.3 * x), elementary::log(above_zero),
          elementary::log1p(above_zero), elementary::log2(above_zero),
          elementary::pow(share, 0.1 * x), log_gamma(20.0 * share + 0.1),
          normal_quantile(share), expit(x), logit(share)}) {
      found.add(value);
    }
  }
  add_line(lines, "elementary", found.hash());
}

inline void add_decimals(Lines& lines) {
  auto random = random_stream(2, 0);
  std::string text;
  for (int i = 0; i < 5000; ++i) {
    text += shortest_decimals(bit_cast<double>(random() >> 1)) + ' ';
    text += shortest_decimals(sample_uniform(random)) + ' ';
    text += shortest_decimals(static_cast<double>(random() >> (i % 64))) + '\n';
  }
  add_line(lines, "decimals", sha256(text));
}

inline void add_random(Lines& lines) {
  auto random = random_stream(3, 0);
  Doubles found;
  for (int i = 0; i < 1000; ++i) {
    for (const double value :
         {sample_exponential(random), sample_normal(random),
          sample_gamma(0.01 * i + 0.005, random), sample_poisson(0.05 * i, random)}) {
      found.add(value);
    }
  }
  add_line(lines, "random", found.hash());
}

/// A person drawn from the model, as a Monitor follows them with everything switched on.
inline void add_model(Lines& lines, const Model& model) {
  const std::string& id = model.document().id;
  const auto check_ins = test::check_ins(model, 5);
  Monitor monitor(model);
  Doubles told;
  Doubles found;
  std::string text;
  for (const auto& check_in : check_ins) {
    told.add(check_in.time.days);
    for (const auto& answer : check_in.answers) told.add(std::get<double>(answer.value));
    const auto& assessment = monitor.update(check_in);
    add(found, assessment);
    text += io::to_json(assessment);
  }
  const auto bytes = io::to_cbor(monitor.snapshot());
  add_line(lines, id + "/content", model.content_hash());
  add_line(lines, id + "/simulated", told.hash());
  add_line(lines, id + "/assessments", found.hash());
  add_line(lines, id + "/json", sha256(text));
  add_line(lines, id + "/snapshot", sha256(std::string(bytes.begin(), bytes.end())));
}

/// `name hash`, in the order of tests/data/portable/hashes.txt.
inline Lines hashes() {
  Lines lines;
  add_elementary(lines);
  add_decimals(lines);
  add_random(lines);
  for (const auto& model : test::models()) add_model(lines, model);
  for (const Model& model :
       {models::standard(), models::weekly_bam(), models::opioid_weekly()}) {
    add_model(lines, model);
  }
  return lines;
}

}  // namespace portable
