#include <relapse/model/detail/answers.ipp>
