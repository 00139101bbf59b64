#include <relapse/learn/detail/covariance.ipp>
#include <relapse/learn/detail/from_data.ipp>
#include <relapse/learn/detail/gradient.ipp>
#include <relapse/learn/detail/likelihood.ipp>
#include <relapse/learn/detail/objective.ipp>
#include <relapse/learn/detail/parameters.ipp>
#include <relapse/learn/detail/profile.ipp>
#include <relapse/learn/detail/units.ipp>

#ifndef RELAPSE_WITHOUT_FIT
#include <relapse/learn/detail/fit.ipp>
#include <relapse/learn/detail/free_numbers.ipp>
#include <relapse/learn/detail/maximise.ipp>
#include <relapse/learn/detail/provenance.ipp>
#endif
