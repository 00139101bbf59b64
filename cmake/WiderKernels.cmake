# relapse_add_wider_kernels(<target>)
#
# Adds the inner loops for wider instruction sets than the one that everything else is built
# for. Which one runs is chosen at run time, so the library works on any machine of its
# architecture. Only these files see the flags, and what they define has names of its own.
include(CheckCXXSourceCompiles)

function(relapse_add_wider_kernels target)
  if(MSVC)
    return()
  endif()
  check_cxx_source_compiles("
    #ifndef __x86_64__
    #error another architecture
    #endif
    int main() { return 0; }" RELAPSE_X86_64)
  if(NOT RELAPSE_X86_64)
    return()
  endif()
  set(avx2 -mavx2 -mfma)
  set(avx512 ${avx2} -mavx512f -mavx512dq -mavx512bw -mavx512vl)
  set(options -O2)
  if(RELAPSE_SANITIZE)
    # Of each operation of so many templates, whether it is defined, would take minutes.
    list(APPEND options -O1 -fno-sanitize=undefined)
  endif()
  foreach(set IN ITEMS avx2 avx512)
    file(GLOB files CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/src/*_${set}.cpp")
    target_sources(${target} PRIVATE ${files})
    set_source_files_properties(${files} TARGET_DIRECTORY ${target} PROPERTIES
      COMPILE_OPTIONS "${${set}};${options}" SKIP_UNITY_BUILD_INCLUSION ON)
  endforeach()
  target_compile_definitions(${target} PRIVATE RELAPSE_WIDER_KERNELS)
endfunction()
