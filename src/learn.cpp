#include <relapse/learn/simulate.ipp>
