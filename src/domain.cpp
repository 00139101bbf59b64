#include <relapse/domain/crisis_resource.ipp>
#include <relapse/domain/instrument.ipp>
#include <relapse/domain/instrument_score.ipp>
#include <relapse/domain/outcome.ipp>
#include <relapse/domain/wording.ipp>
