#include <relapse/care/after_use.ipp>
#include <relapse/care/candidates.ipp>
#include <relapse/care/contact_rules.ipp>
#include <relapse/care/page_speech.ipp>
#include <relapse/care/plan_check.ipp>
#include <relapse/care/plan_page.ipp>
#include <relapse/care/review.ipp>
#include <relapse/care/suggest.ipp>
