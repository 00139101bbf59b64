#include <relapse/ctmc/detail/generator.ipp>
#include <relapse/ctmc/detail/passage.ipp>
#include <relapse/ctmc/detail/path.ipp>
#include <relapse/ctmc/detail/transition.ipp>
