#include <relapse/instruments/detail/instrument.ipp>
#include <relapse/instruments/detail/score.ipp>
