#include <relapse/ctmc/detail/bundle.ipp>
