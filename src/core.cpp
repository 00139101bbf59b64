#include <relapse/core/json_text.ipp>
#include <relapse/core/probability.ipp>
#include <relapse/core/random.ipp>
#include <relapse/core/require.ipp>
#include <relapse/core/sha256.ipp>
#include <relapse/core/zone.ipp>
