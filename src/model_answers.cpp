#include <relapse/model/answers.ipp>
