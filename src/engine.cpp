#include <relapse/engine/assessor.ipp>
#include <relapse/engine/batch.ipp>
#include <relapse/engine/constant_filter.ipp>
#include <relapse/engine/forecast.ipp>
#include <relapse/engine/look_back.ipp>
#include <relapse/engine/monitor.ipp>
#include <relapse/engine/prepare.ipp>
#include <relapse/engine/rows.ipp>
