#include <relapse/io/check_in_json.ipp>
#include <relapse/io/document_file.ipp>
#include <relapse/io/document_reader.ipp>
#include <relapse/io/model_json.ipp>
#include <relapse/io/plan_json.ipp>
#include <relapse/io/timestamp.ipp>
