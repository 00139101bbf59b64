#include <relapse/plan/detail/changes.ipp>
#include <relapse/plan/detail/merge.ipp>
#include <relapse/plan/detail/outcome.ipp>
#include <relapse/plan/detail/share.ipp>
#include <relapse/plan/detail/telephone.ipp>
#include <relapse/plan/detail/use_history.ipp>
#include <relapse/plan/detail/versions.ipp>
