#pragma once

#include <relapse/core/detail/fields.hpp>
#include <relapse/io/timestamp.hpp>

#include <string>

/// Writing by the tables of `core/detail/fields.hpp`, times included.
namespace relapse {

inline std::string value_json(Time value) { return io::time_json(value); }

}  // namespace relapse
