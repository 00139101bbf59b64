#include <relapse/core/error.hpp>
#include <relapse/io/document_file.hpp>
#include <relapse/io/model_json.hpp>
#include <relapse/model/detail/canonical.hpp>
#include <relapse/model/detail/check.hpp>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <cmath>
#include <iterator>
#include <limits>
#include <ostream>
#include <string>
#include <utility>
#include <variant>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(check_test)

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
const double not_a_number = std::nan("");

/// A document that uses every field.
const ModelDocument& complete() {
  static const ModelDocument document = io::parse_model_document(
      io::read_file(RELAPSE_TEST_DATA "/io/complete_model.json"));
  return document;
}

/// One change that makes a document wrong, and the place that must be named.
struct Refusal {
  const char* what;
  void (*change)(ModelDocument&);
  const char* pointer;

  friend std::ostream& operator<<(std::ostream& stream, const Refusal& refusal) {
    return stream << refusal.what;
  }
};

template <class Law>
Law& law(ModelDocument& d, std::size_t item) {
  return std::get<Law>(*d.items[item].emission);
}

FromSituation& situation(ModelDocument& d) {
  return std::get<FromSituation>(d.determinants[4].from);
}

using D = ModelDocument;

const Refusal headings[] = {
    {"no id", [](D& d) { d.id = ""; }, "/id"},
    {"no version", [](D& d) { d.version = ""; }, "/version"},
    {"title of other bytes", [](D& d) { d.title = "\xFF"; }, "/title"},
    {"description of other bytes", [](D& d) { d.description = "\xC0"; }, "/description"},
    {"status of other bytes", [](D& d) { d.calibration.status = "\x80"; },
     "/calibration/status"},
    {"source that is no pointer", [](D& d) { d.sources[0].first = "levels"; },
     "/sources/levels"},
    {"source twice", [](D& d) { d.sources.push_back(d.sources[0]); },
     "/sources/~1initial"},
};

const Refusal stages[] = {
    {"no stage", [](D& d) { d.stages.clear(); }, "/stages"},
    {"one stage", [](D& d) { d.stages.resize(1); }, "/stages"},
    {"nine stages", [](D& d) { d.stages.resize(9); }, "/stages"},
    {"no stage of use", [](D& d) { d.stages[2].use = d.stages[3].use = UseKind::none; },
     "/stages"},
    {"use in every stage",
     [](D& d) { d.stages[0].use = d.stages[1].use = UseKind::lapse; }, "/stages"},
    {"a stage twice", [](D& d) { d.stages[1].id = "stable"; }, "/stages/1/id"},
    {"a stage without id", [](D& d) { d.stages[1].id = ""; }, "/stages/1/id"},
    {"a reserved name", [](D& d) { d.stages[1].id = "stage"; }, "/stages/1/id"},
    {"a name with a bar", [](D& d) { d.stages[1].id = "a|b"; }, "/stages/1/id"},
    {"a name with a line end", [](D& d) { d.stages[1].id = "a\nb"; }, "/stages/1/id"},
    {"a name with a space at its end", [](D& d) { d.stages[1].id = "a "; },
     "/stages/1/id"},
    {"a name of other bytes", [](D& d) { d.stages[1].id = "a\xFF"; }, "/stages/1/id"},
    {"no enumerator", [](D& d) { d.stages[0].use = static_cast<UseKind>(7); },
     "/stages/0/use"},
    {"a label of other bytes", [](D& d) { d.stages[0].label = "\xFE"; },
     "/stages/0/label"},
    {"initial for too few stages", [](D& d) { d.initial.pop_back(); }, "/initial"},
    {"initial below 0", [](D& d) { d.initial[1] = -0.1; }, "/initial/mental"},
    {"initial above 1", [](D& d) { d.initial[0] = 1.5; }, "/initial/stable"},
    {"initial not a number", [](D& d) { d.initial[3] = not_a_number; },
     "/initial/relapse"},
    {"initial with another sum", [](D& d) { d.initial[0] += 2e-9; }, "/initial"},
};

const Refusal movements[] = {
    {"unknown from", [](D& d) { d.transitions[1].from = "x"; }, "/transitions/1/from"},
    {"unknown to", [](D& d) { d.transitions[1].to = ""; }, "/transitions/1/to"},
    {"to itself", [](D& d) { d.transitions[1].to = "mental"; }, "/transitions/1/to"},
    {"the same pair twice", [](D& d) { d.transitions.push_back(d.transitions[0]); },
     "/transitions/5"},
    {"rate of 0", [](D& d) { d.transitions[2].rate = 0.0; }, "/transitions/2/rate"},
    {"rate below 0", [](D& d) { d.transitions[2].rate = -0.1; }, "/transitions/2/rate"},
    {"rate without end", [](D& d) { d.transitions[2].rate = infinity; },
     "/transitions/2/rate"},
    {"rate not a number", [](D& d) { d.transitions[2].rate = not_a_number; },
     "/transitions/2/rate"},
    {"rates with a sum without end",
     [](D& d) {
       d.transitions[2].rate = 1e308;
       d.transitions.push_back({.from = d.transitions[2].from,
                                .to = "relapse",
                                .rate = 1e308,
                                .direction = Direction::toward_use,
                                .effects = {},
                                .max_rate = {},
                                .source = "test"});
     },
     "/transitions"},
    {"a rate without end where the propensity is high",
     [](D& d) {
       d.transitions[1].rate = 1e308;
       d.transitions[1].max_rate = 1.5e308;
       d.transitions[1].direction = Direction::toward_use;
       d.propensity.nodes = 5;
       d.propensity.toward_use = -1.0;
     },
     "/transitions"},
    {"cap at the rate", [](D& d) { d.transitions[0].max_rate = 0.05; },
     "/transitions/0/max_rate"},
    {"cap without end", [](D& d) { d.transitions[0].max_rate = infinity; },
     "/transitions/0/max_rate"},
    {"no direction",
     [](D& d) { d.transitions[0].direction = static_cast<Direction>(-1); },
     "/transitions/0/direction"},
    {"effect of an unknown determinant",
     [](D& d) {
       d.transitions[3].effects = {{"a/b", 1.0}};
     },
     "/transitions/3/effects/a~1b"},
    {"effect without end",
     [](D& d) {
       d.transitions[3].effects = {{"stress", -infinity}};
     },
     "/transitions/3/effects/stress"},
    {"effect twice",
     [](D& d) {
       d.transitions[3].effects = {{"stress", 1.0}, {"stress", 1.0}};
     },
     "/transitions/3/effects/stress"},
    {"source of other bytes", [](D& d) { d.transitions[0].source = "\xFF"; },
     "/transitions/0/source"},
    {"no nodes", [](D& d) { d.propensity.nodes = 0; }, "/propensity/nodes"},
    {"32 nodes", [](D& d) { d.propensity.nodes = 32; }, "/propensity/nodes"},
    {"three dimensions", [](D& d) { d.propensity.dimensions = 3; },
     "/propensity/dimensions"},
    {"12 nodes in two dimensions",
     [](D& d) {
       d.propensity.dimensions = 2;
       d.propensity.nodes = 12;
     },
     "/propensity/nodes"},
    {"loading not a number", [](D& d) { d.propensity.toward_use = not_a_number; },
     "/propensity/loadings/toward_use"},
    {"loading without end", [](D& d) { d.propensity.recovery = infinity; },
     "/propensity/loadings/recovery"},
    {"start of an unknown stage", [](D& d) { d.propensity.start[0].stage = "x"; },
     "/propensity/start/x"},
    {"start of a stage twice",
     [](D& d) { d.propensity.start[0] = d.propensity.start[1]; },
     "/propensity/start/mental"},
    {"start without end", [](D& d) { d.propensity.start[0].weight = infinity; },
     "/propensity/start/lapse"},
    {"prior of an unknown determinant",
     [](D& d) { d.propensity.prior[0].determinant = "x"; }, "/propensity/prior/x"},
    {"prior not a number", [](D& d) { d.propensity.prior[0].weight = not_a_number; },
     "/propensity/prior/severity"},
    {"start effect on an unknown stage", [](D& d) { d.start_effects[0].stage = "x"; },
     "/start_effects/x"},
    {"start effect of an unknown determinant",
     [](D& d) { d.start_effects[1].effect.determinant = "x"; },
     "/start_effects/mental/x"},
    {"start effect without end",
     [](D& d) { d.start_effects[1].effect.weight = infinity; },
     "/start_effects/mental/craving"},
    {"start effect twice", [](D& d) { d.start_effects.push_back(d.start_effects[1]); },
     "/start_effects/mental/craving"},
};

/// A dimension that is right, with everything that one may have, after another.
DimensionRule& dimension(D& d) {
  d.dimensions = {{"comes_back", 2, {{"recovery", 0.6}}, {}, {}, {}, "test"},
                  {"driven",
                   3,
                   {{"toward_use", 0.4}},
                   {{"isolating", 0.6}, {"mood", -0.8}},
                   {{"severity", -0.3}},
                   {{"mental", 0.4}},
                   "test"}};
  return d.dimensions[1];
}

const Refusal dimensions[] = {
    {"two dimensions of one name", [](D& d) { dimension(d).id = "comes_back"; },
     "/dimensions/1/id"},
    {"a dimension with the name of the propensity",
     [](D& d) { dimension(d).id = "propensity"; }, "/dimensions/1/id"},
    {"a dimension with a name that is a group",
     [](D& d) { dimension(d).id = "toward_use"; }, "/dimensions/1/id"},
    {"a dimension without a name", [](D& d) { dimension(d).id = ""; },
     "/dimensions/1/id"},
    {"a dimension named like a habit",
     [](D& d) {
       dimension(d).id = "style";
       d.habits = {{"style", {{"mood", 0.5}}, 3, "test"}};
     },
     "/dimensions/1/id"},
    {"a dimension of one node", [](D& d) { dimension(d).nodes = 1; },
     "/dimensions/1/nodes"},
    {"a dimension of 32 nodes", [](D& d) { dimension(d).nodes = 32; },
     "/dimensions/1/nodes"},
    {"more nodes than the engine takes", [](D& d) { dimension(d).nodes = 31; },
     "/dimensions"},
    {"a dimension of which nothing follows",
     [](D& d) {
       auto& rule = dimension(d);
       rule.loadings.clear();
       rule.habits.clear();
       rule.start.clear();
     },
     "/dimensions/1"},
    {"a loading on an unknown group",
     [](D& d) { dimension(d).loadings[0].group = "recover"; },
     "/dimensions/1/loadings/recover"},
    {"a loading of a dimension twice",
     [](D& d) {
       auto& rule = dimension(d);
       rule.loadings.push_back(rule.loadings[0]);
     },
     "/dimensions/1/loadings/toward_use"},
    {"a loading of a dimension without end",
     [](D& d) { dimension(d).loadings[0].weight = infinity; },
     "/dimensions/1/loadings/toward_use"},
    {"a loading under which a rate has no end",
     [](D& d) { dimension(d).loadings[0].weight = 1000.0; }, "/transitions"},
    {"a habit of a dimension on an unknown item",
     [](D& d) { dimension(d).habits[0].item = "x"; }, "/dimensions/1/habits/x"},
    {"a habit of a dimension on what is no sign",
     [](D& d) { dimension(d).habits[0].item = "craving"; },
     "/dimensions/1/habits/craving"},
    {"a habit of a dimension not a number",
     [](D& d) { dimension(d).habits[0].weight = not_a_number; },
     "/dimensions/1/habits/isolating"},
    {"a start of a dimension in an unknown stage",
     [](D& d) { dimension(d).start[0].stage = "x"; }, "/dimensions/1/start/x"},
    {"a prior of a dimension by an unknown determinant",
     [](D& d) { dimension(d).prior[0].determinant = "x"; }, "/dimensions/1/prior/x"},
};

const Refusal roles[] = {
    {"an item twice", [](D& d) { d.items[3].item.id = "used"; }, "/items/3/id"},
    {"an item with a reserved name", [](D& d) { d.items[3].item.id = "time"; },
     "/items/3/id"},
    {"an item named like a missing reason",
     [](D& d) { d.items[3].item.id = "mood_missing"; }, "/items/3/id"},
    {"too many items", [](D& d) { d.items.resize(4097); }, "/items"},
    {"no role", [](D& d) { d.items[3].item.role = static_cast<Role>(5); },
     "/items/3/role"},
    {"a sign without a law", [](D& d) { d.items[3].emission.reset(); },
     "/items/3/family"},
    {"a use item without a law", [](D& d) { d.items[0].emission.reset(); },
     "/items/0/family"},
    {"a determinant with a law", [](D& d) { d.items[8].emission = d.items[3].emission; },
     "/items/8/family"},
    {"a safety item with a law", [](D& d) { d.items[12].emission = d.items[3].emission; },
     "/items/12/family"},
    {"a follow-up with a law", [](D& d) { d.items[13].emission = d.items[3].emission; },
     "/items/13/family"},
    {"a home that is no stage", [](D& d) { d.items[1].item.home = "x"; },
     "/items/1/home"},
    {"a home of a determinant", [](D& d) { d.items[8].item.home = "mental"; },
     "/items/8/home"},
    {"a substance of a sign", [](D& d) { d.items[1].item.substance = "alcohol"; },
     "/items/1/substance"},
    {"a flag of a sign", [](D& d) { d.items[1].item.flag = "psychosis"; },
     "/items/1/flag"},
    {"urgent_at of a use", [](D& d) { d.items[0].item.urgent_at = 1.0; },
     "/items/0/urgent_at"},
    {"urgent_at of 0 for a sign", [](D& d) { d.items[1].item.urgent_at = 0.0; },
     "/items/1/urgent_at"},
    {"urgent_at not a number", [](D& d) { d.items[6].item.urgent_at = not_a_number; },
     "/items/6/urgent_at"},
    {"urgent_at off the scale", [](D& d) { d.items[6].item.urgent_at = 1e3; },
     "/items/6/urgent_at"},
    {"raise_at of a sign", [](D& d) { d.items[1].item.raise_at = 1.0; },
     "/items/1/raise_at"},
    {"raise_at not a number", [](D& d) { d.items[11].item.raise_at = not_a_number; },
     "/items/11/raise_at"},
    {"raise_at above every answer",
     [](D& d) {
       d.items[12].item.scale = Scale{0.0, 10.0};
       d.items[12].item.raise_at = 10.5;
     },
     "/items/12/raise_at"},
    {"raise_at above every label",
     [](D& d) {
       d.items[12].item.labels = {"no", "yes"};
       d.items[12].item.raise_at = 2.0;
     },
     "/items/12/raise_at"},
    {"a reversed scale about safety",
     [](D& d) {
       d.items[12].item.scale = Scale{10.0, 0.0};
     },
     "/items/12/scale"},
    {"a scale about safety without an answer above 0",
     [](D& d) {
       d.items[11].item.scale = Scale{-5.0, 0.0};
     },
     "/items/11/scale"},
    {"labels of a built-in flag",
     [](D& d) {
       d.items[11].item.labels = {"yes", "no"};
     },
     "/items/11/labels"},
    {"an item that passes for a built-in flag",
     [](D& d) { d.items[12].item.id = "Over-Dose"; }, "/items/12/id"},
    {"a sign that passes for a safety item", [](D& d) { d.items[3].item.id = "Voices"; },
     "/items/3/id"},
    {"a flag that passes for a built-in one",
     [](D& d) {
       d.safety[0].flag = "SelfHarm";
       d.items[12].item.flag = "SelfHarm";
     },
     "/safety/0/flag"},
    {"a safety item without flag", [](D& d) { d.items[12].item.flag = ""; },
     "/items/12/flag"},
    {"a flag that is not declared", [](D& d) { d.items[12].item.flag = "fire"; },
     "/items/12/flag"},
    {"a built-in flag that is a sign",
     [](D& d) {
       d.items[11] = d.items[3];
       d.items[11].item.id = "overdose";
     },
     "/items/11/role"},
    {"a built-in flag that raises another",
     [](D& d) { d.items[11].item.flag = "psychosis"; }, "/items/11/flag"},
    {"missing as a level of a count",
     [](D& d) { d.items[2].item.missing_is_a_level = true; },
     "/items/2/missing_is_a_level"},
    {"missing as a level of yes or no",
     [](D& d) { d.items[0].item.missing_is_a_level = true; },
     "/items/0/missing_is_a_level"},
    {"missing as a level of a determinant",
     [](D& d) { d.items[8].item.missing_is_a_level = true; },
     "/items/8/missing_is_a_level"},
    {"missed_check_in as a count",
     [](D& d) { d.items[5].emission = d.items[2].emission; }, "/items/5"},
    {"missed_check_in as a use item", [](D& d) { d.items[5].item.role = Role::use; },
     "/items/5"},
    {"a simulation of a sign", [](D& d) { d.items[1].item.simulate = SimulationLaw{}; },
     "/items/1/simulate"},
    {"a simulation with a spread below 0",
     [](D& d) { d.items[6].item.simulate->sd_between = -1.0; },
     "/items/6/simulate/sd_between"},
    {"a simulation with a spread without end",
     [](D& d) { d.items[6].item.simulate->sd_within = infinity; },
     "/items/6/simulate/sd_within"},
    {"a simulation around no number",
     [](D& d) { d.items[6].item.simulate->mean = not_a_number; },
     "/items/6/simulate/mean"},
    {"a simulation without half-life",
     [](D& d) { d.items[6].item.simulate->half_life_days = 0.0; },
     "/items/6/simulate/half_life_days"},
};

const Refusal laws[] = {
    {"a probability above 1", [](D& d) { law<Bernoulli>(d, 0).probability[1] = 1.1; },
     "/items/0/given/mental"},
    {"a probability below 0", [](D& d) { law<Bernoulli>(d, 0).probability[1] = -0.1; },
     "/items/0/given/mental"},
    {"probabilities for too few stages",
     [](D& d) { law<Bernoulli>(d, 0).probability.pop_back(); }, "/items/0/given"},
    {"rows for too few stages", [](D& d) { law<Categorical>(d, 1).probability.clear(); },
     "/items/1/given"},
    {"a row with another sum",
     [](D& d) { law<Categorical>(d, 1).probability[1][0] = 0.21; },
     "/items/1/given/mental"},
    {"an entry below 0", [](D& d) { law<Categorical>(d, 1).probability[1][2] = -0.3; },
     "/items/1/given/mental/2"},
    {"an entry that is no number",
     [](D& d) { law<Categorical>(d, 1).probability[3][0] = not_a_number; },
     "/items/1/given/relapse/0"},
    {"a longer row", [](D& d) { law<Categorical>(d, 1).probability[2].push_back(0.0); },
     "/items/1/given/lapse"},
    {"one level and missing",
     [](D& d) {
       law<Categorical>(d, 1).probability.assign(4, {0.5, 0.5});
     },
     "/items/1/given/stable"},
    {"an empty row", [](D& d) { law<Categorical>(d, 1).probability.assign(4, {}); },
     "/items/1/given/stable"},
    {"a mean count of 0", [](D& d) { law<Poisson>(d, 2).mean[3] = 0.0; },
     "/items/2/given/relapse"},
    {"a mean count without end", [](D& d) { law<Poisson>(d, 2).mean[3] = infinity; },
     "/items/2/given/relapse"},
    {"counts for too few stages", [](D& d) { law<Poisson>(d, 2).mean.pop_back(); },
     "/items/2/given"},
    {"a mean below 0", [](D& d) { law<NegativeBinomial>(d, 3).mean[0] = -1.0; },
     "/items/3/given/stable/mean"},
    {"a dispersion of 0", [](D& d) { law<NegativeBinomial>(d, 3).dispersion[0] = 0.0; },
     "/items/3/given/stable/dispersion"},
    {"dispersions for too few stages",
     [](D& d) { law<NegativeBinomial>(d, 3).dispersion.pop_back(); }, "/items/3/given"},
    {"a mean that is no number", [](D& d) { law<Normal>(d, 4).mean[1] = not_a_number; },
     "/items/4/given/mental/mean"},
    {"a spread of 0", [](D& d) { law<Normal>(d, 4).sd[1] = 0.0; },
     "/items/4/given/mental/sd"},
    {"spreads for too few stages", [](D& d) { law<Normal>(d, 4).sd.pop_back(); },
     "/items/4/given"},
    {"a scale without length",
     [](D& d) {
       d.items[7].item.scale = Scale{3.0, 3.0};
     },
     "/items/7/scale"},
    {"a scale without end",
     [](D& d) {
       d.items[7].item.scale = Scale{0.0, infinity};
     },
     "/items/7/scale/1"},
    {"a scale from no number",
     [](D& d) {
       d.items[7].item.scale = Scale{not_a_number, 1.0};
     },
     "/items/7/scale/0"},
    {"a scale of infinite length",
     [](D& d) {
       d.items[7].item.scale = Scale{-1e308, 1e308};
     },
     "/items/7/scale"},
    {"a scale of other levels",
     [](D& d) {
       d.items[1].item.scale = Scale{1.0, 4.0};
     },
     "/items/1/scale"},
    {"a scale between whole numbers",
     [](D& d) {
       d.items[1].item.scale = Scale{0.5, 2.5};
     },
     "/items/1/scale"},
    {"a reversed scale of a measurement",
     [](D& d) {
       d.items[4].item.scale = Scale{10.0, 0.0};
     },
     "/items/4/scale"},
    {"another scale of yes or no",
     [](D& d) {
       d.items[0].item.scale = Scale{1.0, 2.0};
     },
     "/items/0/scale"},
    {"copies of which no part is left",
     [](D& d) {
       d.items[1].persistence = Persistence{{0.5}, {}, 1.0};
     },
     "/items/1/persistence/settle"},
    {"copies of use that settle",
     [](D& d) {
       d.items[0].persistence = Persistence{{0.5}, {}, 0.5};
     },
     "/items/0/persistence/settle"},
    {"a half-life for too few levels",
     [](D& d) {
       d.items[1].persistence = Persistence{{0.5}, {1.0, 2.0}, 0.0};
     },
     "/items/1/persistence/half_life_days"},
    {"a half-life of nothing",
     [](D& d) {
       d.items[1].persistence = Persistence{{0.5}, {1.0, 2.0, 0.0}, 0.0};
     },
     "/items/1/persistence/half_life_days/2"},
    {"copies that settle where no answer can be",
     [](D& d) {
       auto& rows = std::get<Categorical>(*d.items[1].emission).probability;
       rows[0].back() += std::exchange(rows[0].front(), 0.0);
       d.items[1].persistence = Persistence{{0.5}, {}, 0.5};
     },
     "/items/1/persistence/settle"},
    {"too few labels", [](D& d) { d.items[1].item.labels.pop_back(); },
     "/items/1/labels"},
    {"a label twice", [](D& d) { d.items[1].item.labels[2] = "never"; },
     "/items/1/labels/2"},
    {"an empty label", [](D& d) { d.items[1].item.labels[2] = ""; }, "/items/1/labels/2"},
    {"three labels for yes or no",
     [](D& d) { d.items[0].item.labels.push_back("maybe"); }, "/items/0/labels"},
    {"labels of a count",
     [](D& d) {
       d.items[2].item.labels = {"no", "yes"};
     },
     "/items/2/labels"},
    {"labels beside the scale", [](D& d) { d.items[6].item.labels.pop_back(); },
     "/items/6/labels"},
    {"labels of a scale that is not in whole steps",
     [](D& d) {
       d.items[6].item.scale = Scale{0.0, 2.5};
     },
     "/items/6/labels"},
};

const Refusal determinants[] = {
    {"a determinant twice", [](D& d) { d.determinants[1].id = "craving"; },
     "/determinants/1/id"},
    {"too many determinants", [](D& d) { d.determinants.resize(4097); }, "/determinants"},
    {"an unknown item",
     [](D& d) { std::get<FromItem>(d.determinants[0].from).item = "x"; },
     "/determinants/0/item"},
    {"a sign read as a determinant",
     [](D& d) { std::get<FromItem>(d.determinants[0].from).item = "mood"; },
     "/determinants/0/item"},
    {"a code that the taxonomy does not have",
     [](D& d) { situation(d).situation = "III"; }, "/determinants/4/situation"},
    {"an unknown exposure", [](D& d) { situation(d).exposure = "x"; },
     "/determinants/4/exposure"},
    {"an exposure without scale", [](D& d) { situation(d).exposure = "severity"; },
     "/determinants/4/exposure"},
    {"an efficacy without scale", [](D& d) { situation(d).efficacy = "severity"; },
     "/determinants/4/efficacy"},
    {"an efficacy that is a sign", [](D& d) { situation(d).efficacy = "mood"; },
     "/determinants/4/efficacy"},
    {"a default efficacy above 1", [](D& d) { situation(d).default_efficacy = 1.01; },
     "/determinants/4/default_efficacy"},
    {"a default efficacy that is no number",
     [](D& d) { situation(d).default_efficacy = not_a_number; },
     "/determinants/4/default_efficacy"},
    {"a reference of a situation", [](D& d) { d.determinants[4].reference = 0.1; },
     "/determinants/4/reference"},
    {"a reference of a deviation", [](D& d) { d.determinants[2].reference = 0.1; },
     "/determinants/2/reference"},
    {"a reference without end", [](D& d) { d.determinants[0].reference = infinity; },
     "/determinants/0/reference"},
    {"a decay without half-life",
     [](D& d) { d.determinants[0].memory.half_life_days = 0.0; },
     "/determinants/0/memory/half_life_days"},
    {"a half-life without decay",
     [](D& d) { d.determinants[1].memory.half_life_days = 1.0; },
     "/determinants/1/memory/half_life_days"},
    {"an unknown memory",
     [](D& d) { d.determinants[0].memory.kind = static_cast<MemoryKind>(2); },
     "/determinants/0/memory/kind"},
    {"a return to the mean without half-life",
     [](D& d) { d.determinants[1].outlook.half_life_days = infinity; },
     "/determinants/1/outlook/half_life_days"},
    {"a half-life of a held value",
     [](D& d) { d.determinants[2].outlook.half_life_days = 1.0; },
     "/determinants/2/outlook/half_life_days"},
    {"an unknown outlook",
     [](D& d) { d.determinants[2].outlook.kind = static_cast<OutlookKind>(3); },
     "/determinants/2/outlook/kind"},
    {"an unknown builtin",
     [](D& d) {
       d.determinants[5].from =
           static_cast<BuiltinKind>(std::size(Names<BuiltinKind>::all));
     },
     "/determinants/5/builtin"},
    {"what fades after use, and does not fade",
     [](D& d) { d.determinants[5].from = BuiltinKind::recent_use; },
     "/determinants/5/memory/kind"},
    {"what fades after use, from elsewhere than 0",
     [](D& d) {
       d.determinants[6].from = BuiltinKind::recent_use;
       d.determinants[6].reference = 0.5;
     },
     "/determinants/6/reference"},
    {"days since use for what counts from elsewhere",
     [](D& d) { d.determinants[6].unknown_days = {30.0}; },
     "/determinants/6/when_unknown"},
    {"days since use below 0",
     [](D& d) {
       d.determinants[5].unknown_days = {30.0, -1.0};
     },
     "/determinants/5/when_unknown/days_since_use/1"},
    {"a clock that fades",
     [](D& d) {
       d.determinants[5].memory = {MemoryKind::decay, 1.0};
     },
     "/determinants/5/memory/kind"},
    {"a builtin held over the outlook",
     [](D& d) { d.determinants[7].outlook.kind = OutlookKind::hold; },
     "/determinants/7/outlook/kind"},
    {"a builtin with an own mean",
     [](D& d) {
       d.determinants[6].outlook = {OutlookKind::own_mean, 1.0};
     },
     "/determinants/6/outlook/kind"},
};

/// A rule for answers that do not go together.
QualityRule at_odds() {
  return {"at_odds", {{"used", {}, 0.0}, {"craving", 3.0, 4.0}}, "test"};
}

QualityRule& rule(ModelDocument& d) {
  d.quality = {at_odds()};
  return d.quality.front();
}

const Refusal quality_places[] = {
    {"no id", [](D& d) { rule(d).id = ""; }, "/quality/0/id"},
    {"a doubt that is built in", [](D& d) { rule(d).id = "too_fast"; }, "/quality/0/id"},
    {"an id twice",
     [](D& d) {
       d.quality = {at_odds(), at_odds()};
     },
     "/quality/1/id"},
    {"one answer", [](D& d) { rule(d).together.pop_back(); }, "/quality/0/together"},
    {"an unknown item", [](D& d) { rule(d).together[1].item = "cravng"; },
     "/quality/0/together/cravng"},
    {"an item of safety", [](D& d) { rule(d).together[1].item = "self_harm"; },
     "/quality/0/together/self_harm"},
    {"what is computed", [](D& d) { rule(d).together[1].item = "missed_check_in"; },
     "/quality/0/together/missed_check_in"},
    {"an item twice", [](D& d) { rule(d).together[1].item = "used"; },
     "/quality/0/together/used"},
    {"no ends", [](D& d) { rule(d).together[0].at_most.reset(); },
     "/quality/0/together/used"},
    {"an end without end", [](D& d) { rule(d).together[1].at_least = -infinity; },
     "/quality/0/together/craving/at_least"},
    {"an end that is no number", [](D& d) { rule(d).together[1].at_most = not_a_number; },
     "/quality/0/together/craving/at_most"},
    {"an empty range", [](D& d) { rule(d).together[1].at_most = 2.0; },
     "/quality/0/together/craving"},
    {"source of other bytes", [](D& d) { rule(d).source = "\xFF"; }, "/quality/0/source"},
    {"question of other bytes", [](D& d) { d.items[6].item.question = "\xFF"; },
     "/items/6/question"},
    {"asked at no known time",
     [](D& d) { d.items[6].item.asked = static_cast<Asked>(9); }, "/items/6/asked"},
};

/// An outcome to spoil: item 1 has three levels and missing as one more.
OutcomeRule outcome() {
  OutcomeRule rule;
  rule.id = "alone";
  rule.item = "isolating";
  rule.answers = {2.0};
  rule.after_days = 7.0;
  return rule;
}

OutcomeRule& with_outcome(D& d) { return d.outcomes.emplace_back(outcome()); }

OutcomeRule& with_run(D& d) {
  auto& rule = with_outcome(d);
  rule.after_days.reset();
  rule.run = 2;
  rule.weeks = 4;
  return rule;
}

const Refusal outcomes[] = {
    {"outcome of the id of another",
     [](D& d) {
       with_outcome(d);
       with_outcome(d);
     },
     "/outcomes/1/id"},
    {"of an unknown item", [](D& d) { with_outcome(d).item = "x"; }, "/outcomes/0/item"},
    {"of a determinant", [](D& d) { with_outcome(d).item = "stress"; },
     "/outcomes/0/item"},
    {"of an item that is never answered",
     [](D& d) {
       with_outcome(d);
       for (auto& row : law<Categorical>(d, 1).probability) row = {0.0, 0.0, 0.0, 1.0};
     },
     "/outcomes/0/item"},
    {"without an answer", [](D& d) { with_outcome(d).answers.clear(); },
     "/outcomes/0/answer"},
    {"with an answer and a threshold", [](D& d) { with_outcome(d).at_least = 1.0; },
     "/outcomes/0/answer"},
    {"with a level that does not exist", [](D& d) { with_outcome(d).answers = {3.0}; },
     "/outcomes/0/answer"},
    {"with half a level", [](D& d) { with_outcome(d).answers = {0.5}; },
     "/outcomes/0/answer"},
    {"with one answer twice",
     [](D& d) {
       with_outcome(d).answers = {1.0, 1.0};
     },
     "/outcomes/0/answer"},
    {"missing among observed ones",
     [](D& d) {
       auto& rule = with_outcome(d);
       rule.or_missing = true;
       rule.given = OutcomeGiven::observed;
     },
     "/outcomes/0/answer"},
    {"missing where it is no level",
     [](D& d) {
       auto& rule = with_outcome(d);
       rule.item = "used";
       rule.answers.clear();
       rule.or_missing = true;
     },
     "/outcomes/0/answer"},
    {"an answer of a measurement", [](D& d) { with_outcome(d).item = "mood"; },
     "/outcomes/0/answer"},
    {"a threshold above all levels",
     [](D& d) {
       auto& rule = with_outcome(d);
       rule.answers.clear();
       rule.at_least = 2.5;
     },
     "/outcomes/0/at_least"},
    {"without a time", [](D& d) { with_outcome(d).after_days.reset(); },
     "/outcomes/0/after_days"},
    {"after no time", [](D& d) { with_outcome(d).after_days = 0.0; },
     "/outcomes/0/after_days"},
    {"after a time and as a run", [](D& d) { with_run(d).after_days = 7.0; },
     "/outcomes/0/after_days"},
    {"weeks without a run", [](D& d) { with_run(d).run = 0; }, "/outcomes/0/run"},
    {"a run longer than its weeks", [](D& d) { with_run(d).run = 5; },
     "/outcomes/0/weeks"},
    {"a run of observed answers",
     [](D& d) { with_run(d).given = OutcomeGiven::observed; }, "/outcomes/0/given"},
    {"recalibrated to nothing",
     [](D& d) {
       with_outcome(d).recalibration = Recalibration{0.1, 0.0, "test"};
     },
     "/outcomes/0/recalibration/slope"},
    {"recalibrated without end",
     [](D& d) {
       with_outcome(d).recalibration = Recalibration{infinity, 1.0, "test"};
     },
     "/outcomes/0/recalibration/intercept"},
    {"a group of no transition",
     [](D& d) {
       d.groups = {{"away", {{"severity", 0.1}}, ""}};
     },
     "/groups/0/id"},
    {"a group twice",
     [](D& d) {
       d.groups = {{"recovery", {{"severity", 0.1}}, ""}, {"recovery", {}, ""}};
     },
     "/groups/1/id"},
    {"an effect of a group that a transition states",
     [](D& d) {
       d.groups = {{"toward_use", {{"stress", 0.1}}, ""}};
     },
     "/groups/0/effects/stress"},
    {"an effect of a group of an unknown determinant",
     [](D& d) {
       d.groups = {{"recovery", {{"x", 0.1}}, ""}};
     },
     "/groups/0/effects/x"},
    {"an action on an indicator",
     [](D& d) {
       for (auto& rule : d.determinants) rule.indicator = true;
     },
     "/actions/0/acts_on/craving"},
};

const Refusal care_places[] = {
    {"no horizon", [](D& d) { d.horizons_days.clear(); }, "/horizons_days"},
    {"a horizon of 0", [](D& d) { d.horizons_days[0] = 0.0; }, "/horizons_days/0"},
    {"a horizon without end", [](D& d) { d.horizons_days[2] = infinity; },
     "/horizons_days/2"},
    {"a horizon beyond a century", [](D& d) { d.horizons_days[2] = 1e308; },
     "/horizons_days/2"},
    {"horizons out of order", [](D& d) { d.horizons_days[2] = 7.0; }, "/horizons_days/2"},
    {"a level horizon of 0", [](D& d) { d.levels.horizon = Days{0.0}; },
     "/levels/horizon_days"},
    {"a level horizon beyond a century", [](D& d) { d.levels.horizon = Days{36526.0}; },
     "/levels/horizon_days"},
    {"a cut of 0", [](D& d) { d.levels.cuts[0] = 0.0; }, "/levels/cuts/guarded"},
    {"a cut above 1", [](D& d) { d.levels.cuts[3] = 1.1; }, "/levels/cuts/critical"},
    {"cuts out of order", [](D& d) { d.levels.cuts[2] = 0.05; }, "/levels/cuts/high"},
    {"a cut that is no number", [](D& d) { d.levels.cuts[1] = not_a_number; },
     "/levels/cuts/elevated"},
    {"lowered before the fact", [](D& d) { d.levels.lower_after = Days{-1.0}; },
     "/levels/lower_after_days"},
    {"a flag twice", [](D& d) { d.safety.push_back(d.safety[0]); }, "/safety/1/flag"},
    {"a built-in flag declared", [](D& d) { d.safety[0].flag = "overdose"; },
     "/safety/0/flag"},
    {"a flag without name", [](D& d) { d.safety[0].flag = ""; }, "/safety/0/flag"},
    {"more flags than bits", [](D& d) { d.safety.resize(62); }, "/safety"},
    {"an unknown level", [](D& d) { d.safety[0].level = static_cast<RiskLevel>(5); },
     "/safety/0/level"},
    {"too many actions", [](D& d) { d.actions.resize(4097); }, "/actions"},
    {"an action twice", [](D& d) { d.actions[1].id = "walk"; }, "/actions/1/id"},
    {"an action on an unknown determinant",
     [](D& d) { d.actions[0].acts_on[0].determinant = "x"; }, "/actions/0/acts_on/x"},
    {"a factor below 0", [](D& d) { d.actions[0].acts_on[0].factor = -0.1; },
     "/actions/0/acts_on/craving"},
    {"a factor that is no number",
     [](D& d) { d.actions[0].acts_on[0].factor = not_a_number; },
     "/actions/0/acts_on/craving"},
    {"a factor twice", [](D& d) { d.actions[0].acts_on[1] = d.actions[0].acts_on[0]; },
     "/actions/0/acts_on/craving"},
    {"an action that lasts no time", [](D& d) { d.actions[1].lasts = Days{0.0}; },
     "/actions/1/for_days"},
    {"an action in an unknown stage", [](D& d) { d.actions[0].stages[0] = "x"; },
     "/actions/0/stages/0"},
    {"an action in an unknown situation", [](D& d) { d.actions[0].situations[1] = "x"; },
     "/actions/0/situations/1"},
    {"an action for an unknown item", [](D& d) { d.actions[0].items = {"x"}; },
     "/actions/0/items/0"},
    {"an action for a determinant item",
     [](D& d) {
       d.actions[0].items = {"isolating", "craving"};
     },
     "/actions/0/items/1"},
    {"an action for an item twice",
     [](D& d) {
       d.actions[0].items = {"used", "used"};
     },
     "/actions/0/items/1"},
    {"minutes below 0", [](D& d) { d.actions[0].needs.minutes = -1.0; },
     "/actions/0/needs/minutes"},
    {"a place of other bytes", [](D& d) { d.actions[0].needs.place = "\xFF"; },
     "/actions/0/needs/place"},
    {"alpha of 0", [](D& d) { d.actions[0].helpfulness.alpha = 0.0; },
     "/actions/0/helpfulness/alpha"},
    {"beta without end", [](D& d) { d.actions[0].helpfulness.beta = infinity; },
     "/actions/0/helpfulness/beta"},
};

/// Checks that a change is refused at its place, in the house's words.
void expect(const Refusal& refusal) {
  ModelDocument document = complete();
  refusal.change(document);
  try {
    check(document);
    BOOST_ERROR("nothing was refused");
  } catch (const ParseError& error) {
    const std::string text = error.what();
    BOOST_TEST(error.pointer() == refusal.pointer);
    if (text.starts_with(refusal.pointer + std::string(": unknown "))) return;
    BOOST_TEST(text.starts_with(refusal.pointer + std::string(": is ")), text);
    BOOST_TEST(text.find(", but must be ") != text.npos, text);
  }
}

}  // namespace

namespace bdata = boost::unit_test::data;

BOOST_AUTO_TEST_CASE(a_document_with_every_field_is_accepted) {
  BOOST_CHECK_NO_THROW(relapse::check(complete()));
}

BOOST_DATA_TEST_CASE(headings_are_checked, bdata::make(headings)) { expect(sample); }
BOOST_DATA_TEST_CASE(stages_are_checked, bdata::make(stages)) { expect(sample); }
BOOST_DATA_TEST_CASE(movements_are_checked, bdata::make(movements)) { expect(sample); }
BOOST_DATA_TEST_CASE(dimensions_are_checked, bdata::make(dimensions)) { expect(sample); }
BOOST_AUTO_TEST_CASE(dimensions_that_are_right_are_taken) {
  auto document = complete();
  dimension(document);
  BOOST_CHECK_NO_THROW(check(document));
}
BOOST_DATA_TEST_CASE(roles_are_checked, bdata::make(roles)) { expect(sample); }
BOOST_DATA_TEST_CASE(laws_are_checked, bdata::make(laws)) { expect(sample); }
BOOST_DATA_TEST_CASE(determinants_are_checked, bdata::make(determinants)) {
  expect(sample);
}
BOOST_DATA_TEST_CASE(outcomes_and_groups_are_checked, bdata::make(outcomes)) {
  expect(sample);
}
BOOST_AUTO_TEST_CASE(outcomes_and_groups_read_back_equal) {
  ModelDocument document = complete();
  with_outcome(document).recalibration = Recalibration{-0.1, 0.9, "test"};
  auto& run = with_run(document);
  run.id = "run";
  run.or_missing = true;
  document.transitions[0].group = "away";
  document.groups = {{"away", {{"severity", 0.1}}, "test"}};
  document.determinants[3].indicator = true;
  BOOST_CHECK_NO_THROW(relapse::check(document));
  const auto read = io::parse_model_document(io::to_json(document));
  BOOST_TEST((read.outcomes == document.outcomes));
  BOOST_TEST((read.groups == document.groups));
  BOOST_TEST(content_hash(read) == content_hash(document));
}
BOOST_DATA_TEST_CASE(rules_of_quality_and_questions_are_checked,
                     bdata::make(quality_places)) {
  expect(sample);
}
BOOST_AUTO_TEST_CASE(rules_of_quality_read_back_equal) {
  ModelDocument document = complete();
  document.quality = {at_odds()};
  BOOST_CHECK_NO_THROW(relapse::check(document));
  const auto read = io::parse_model_document(io::to_json(document));
  // Ranges come back in the order of their items.
  BOOST_TEST((read.quality[0].together.front() == document.quality[0].together.back()));
  BOOST_TEST(content_hash(read) == content_hash(document));
  BOOST_TEST(content_hash(complete()) != content_hash(document));
}
BOOST_DATA_TEST_CASE(horizons_levels_flags_and_actions_are_checked,
                     bdata::make(care_places)) {
  expect(sample);
}

BOOST_AUTO_TEST_CASE(bounds_themselves_are_accepted) {
  ModelDocument document = complete();
  document.propensity.nodes = 31;
  document.initial = {0.0, 1.0, 0.0, 0.0};
  document.levels.cuts = {0.25, 0.5, 0.75, 1.0};
  document.levels.lower_after = Days{0.0};
  document.items[1].item.scale = Scale{3.0, 1.0};
  document.items[6].item.scale = Scale{4.0, 0.0};
  document.items[6].item.simulate->sd_within = 0.0;
  std::get<FromSituation>(document.determinants[4].from).efficacy = "";
  document.actions[0].acts_on[0].factor = 0.0;
  BOOST_CHECK_NO_THROW(relapse::check(document));
}

BOOST_AUTO_TEST_CASE(a_document_may_add_as_many_flags_as_bits_are_left) {
  ModelDocument document = complete();
  while (document.safety.size() < added_flag_limit) {
    document.safety.push_back(
        {"flag " + std::to_string(document.safety.size()), RiskLevel::high, "", ""});
  }
  BOOST_CHECK_NO_THROW(relapse::check(document));
}

BOOST_AUTO_TEST_SUITE_END()
