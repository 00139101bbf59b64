#include <relapse/domain/plan_changes.ipp>
#include <relapse/domain/plan_merge.ipp>
#include <relapse/domain/plan_share.ipp>
#include <relapse/domain/plan_versions.ipp>
#include <relapse/domain/use_history.ipp>
