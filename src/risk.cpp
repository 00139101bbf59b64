#include <relapse/risk/drivers.ipp>
#include <relapse/risk/horizon.ipp>
#include <relapse/risk/level.ipp>
#include <relapse/risk/outlook.ipp>
#include <relapse/risk/passage.ipp>
#include <relapse/risk/path.ipp>
#include <relapse/risk/premise.ipp>
#include <relapse/risk/rate_slopes.ipp>
