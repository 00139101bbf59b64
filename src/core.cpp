#include <relapse/core/detail/elementary.ipp>
#include <relapse/core/detail/instruction_set.ipp>
#include <relapse/core/detail/json_text.ipp>
#include <relapse/core/detail/probability.ipp>
#include <relapse/core/detail/random.ipp>
#include <relapse/core/detail/require.ipp>
#include <relapse/core/detail/sha256.ipp>
#include <relapse/core/detail/zone.ipp>
