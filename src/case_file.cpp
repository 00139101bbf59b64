#include <relapse/case_file/detail/case_file.ipp>
#include <relapse/case_file/detail/closing.ipp>
#include <relapse/case_file/detail/event.ipp>
#include <relapse/case_file/detail/fold.ipp>
#include <relapse/case_file/detail/fold_plan.ipp>
#include <relapse/case_file/detail/help.ipp>
#include <relapse/case_file/detail/log.ipp>
#include <relapse/case_file/detail/view.ipp>
