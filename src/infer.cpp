#include <relapse/infer/covariates.ipp>
#include <relapse/infer/filter.ipp>
#include <relapse/infer/probabilities.ipp>
