#include <relapse/infer/covariates.ipp>
#include <relapse/infer/filter.ipp>
#include <relapse/infer/kernel.ipp>
#include <relapse/infer/node_path.ipp>
#include <relapse/infer/probabilities.ipp>
#include <relapse/infer/transitions.ipp>
