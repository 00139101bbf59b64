#include <relapse/infer/kernel.ipp>
