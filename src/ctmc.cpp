#include <relapse/ctmc/generator.ipp>
#include <relapse/ctmc/passage.ipp>
#include <relapse/ctmc/path.ipp>
#include <relapse/ctmc/transition.ipp>
#include <relapse/ctmc/uniformised.ipp>
