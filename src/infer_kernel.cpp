#include <relapse/infer/detail/kernel.ipp>
