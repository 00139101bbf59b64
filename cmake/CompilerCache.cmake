# ccache where it is found, for our own builds only. The sloppiness is what it asks for to
# cache builds with precompiled headers.
if(PROJECT_IS_TOP_LEVEL AND NOT DEFINED CMAKE_CXX_COMPILER_LAUNCHER)
  find_program(RELAPSE_CCACHE ccache)
  mark_as_advanced(RELAPSE_CCACHE)
  if(RELAPSE_CCACHE)
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
      CCACHE_SLOPPINESS=pch_defines,time_macros CCACHE_BASEDIR=${CMAKE_SOURCE_DIR}
      CCACHE_NOHASHDIR=true ${RELAPSE_CCACHE})
  endif()
endif()
