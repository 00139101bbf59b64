#include <relapse/learn/covariance.ipp>
#include <relapse/learn/from_data.ipp>
#include <relapse/learn/gradient.ipp>
#include <relapse/learn/likelihood.ipp>
#include <relapse/learn/objective.ipp>
#include <relapse/learn/parameters.ipp>
#include <relapse/learn/profile.ipp>
#include <relapse/learn/simulate.ipp>

#ifndef RELAPSE_WITHOUT_FIT
#include <relapse/learn/fit.ipp>
#include <relapse/learn/free_numbers.ipp>
#include <relapse/learn/maximise.ipp>
#endif
