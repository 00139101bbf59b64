# Warnings as errors for a target of ours. A function on private options, so that neither
# the export nor a consumer ever sees them.
function(relapse_developer_flags target)
  if(NOT RELAPSE_DEVELOPER OR MSVC)
    return()
  endif()
  target_compile_options(${target} PRIVATE
    -Wall -Wextra -Wpedantic -Werror
    -Wconversion -Wsign-conversion -Wshadow -Wold-style-cast -Wdouble-promotion
    -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-align -Wformat=2
    -Wimplicit-fallthrough -Wextra-semi)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(${target} PRIVATE
      -Wduplicated-cond -Wlogical-op)
  endif()
  target_compile_options(${target} PRIVATE "$<$<CONFIG:Debug>:-O0;-g0>")
endfunction()

# For what calls the library and is not the library: compiled in a hurry, whatever the
# library is compiled for.
function(relapse_quick_to_compile target)
  if(RELAPSE_DEVELOPER AND NOT MSVC)
    target_compile_options(${target} PRIVATE -O0 -g0)
  endif()
endfunction()

# The sanitizers that RELAPSE_SANITIZE names, for the library and the tests. Of `undefined`
# not what checks every reference: the inner loops are templates within templates, and
# would take minutes to compile.
function(relapse_sanitize target)
  if(NOT RELAPSE_SANITIZE)
    return()
  endif()
  target_compile_options(${target} PRIVATE
    -fsanitize=${RELAPSE_SANITIZE} -fno-sanitize=alignment,null,object-size,vptr
    -fno-sanitize-recover=all -fno-omit-frame-pointer -g1)
  get_target_property(type ${target} TYPE)
  if(type STREQUAL "EXECUTABLE")
    target_link_options(${target} PRIVATE -fsanitize=${RELAPSE_SANITIZE})
  endif()
endfunction()
