#include <relapse/learn/detail/parameters.ipp>
#include <relapse/learn/detail/profile.ipp>

#ifndef RELAPSE_WITHOUT_FIT
#include <relapse/learn/detail/fit.ipp>
#include <relapse/learn/detail/maximise.ipp>
#endif
