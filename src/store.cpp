#include <relapse/store/detail/store.ipp>
