#include <relapse/domain/detail/crisis_resource.ipp>
#include <relapse/domain/detail/medication.ipp>
#include <relapse/domain/detail/situation.ipp>
#include <relapse/domain/detail/substance.ipp>
#include <relapse/domain/detail/wording.ipp>
