# Warnings as errors for a target of ours, and sanitizers where RELAPSE_SANITIZE names them.
# A function on private options, so that neither the export nor a consumer ever sees them.
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
      -Wduplicated-cond -Wlogical-op -Wuseless-cast)
  endif()
  # Quick to compile; the sanitizers want to name lines, and take long without optimisation.
  if(RELAPSE_SANITIZE)
    target_compile_options(${target} PRIVATE $<$<CONFIG:Debug>:-O1 -g1>)
  else()
    target_compile_options(${target} PRIVATE $<$<CONFIG:Debug>:-O0 -g0>)
  endif()
  if(RELAPSE_SANITIZE)
    target_compile_options(${target} PRIVATE
      -fsanitize=${RELAPSE_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_link_options(${target} PRIVATE -fsanitize=${RELAPSE_SANITIZE})
  endif()
endfunction()
