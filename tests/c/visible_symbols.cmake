# Of the shared library exactly the functions of the header can be seen.
#
# usage: cmake -D NM=nm -D LIBRARY=librelapse_c.so -D HEADER=relapse.h -P visible_symbols.cmake
execute_process(COMMAND "${NM}" -D --defined-only --format=posix "${LIBRARY}"
  OUTPUT_VARIABLE listed COMMAND_ERROR_IS_FATAL ANY)
string(REGEX MATCHALL "[^\n]+" lines "${listed}")
set(visible "")
foreach(line IN LISTS lines)
  string(REGEX REPLACE "[ @].*" "" name "${line}")
  if(NOT name STREQUAL "RELAPSE_1")
    list(APPEND visible "${name}")
  endif()
endforeach()

file(READ "${HEADER}" header)
string(REGEX REPLACE "/\\*([^*]|\\*+[^*/])*\\*+/" "" header "${header}")
string(REGEX MATCHALL "RELAPSE_C [a-z_ *]*relapse_[a-z_]+\\(" declared "${header}")
set(functions "")
foreach(declaration IN LISTS declared)
  string(REGEX REPLACE ".*[ *](relapse_[a-z_]+)\\($" "\\1" name "${declaration}")
  list(APPEND functions "${name}")
endforeach()

list(SORT visible)
list(SORT functions)
list(LENGTH functions count)
if(count LESS 20 OR NOT visible STREQUAL functions)
  message(FATAL_ERROR "visible: ${visible}\ndeclared: ${functions}")
endif()
message(STATUS "${count} functions, and nothing else")
