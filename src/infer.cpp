#include <relapse/infer/covariates.ipp>
#include <relapse/infer/decode.ipp>
#include <relapse/infer/expectation.ipp>
#include <relapse/infer/filter.ipp>
#include <relapse/infer/panel.ipp>
#include <relapse/infer/probabilities.ipp>
#include <relapse/infer/smooth.ipp>
#include <relapse/infer/trellis.ipp>
