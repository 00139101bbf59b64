#include <relapse/care/suggest.ipp>
