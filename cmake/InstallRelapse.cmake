# Headers, the compiled library, the C ABI, the CMake package and pkg-config files.
include(CMakePackageConfigHelpers)
set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/relapse")

install(TARGETS relapse relapse_compiled relapse_c_static EXPORT relapse-targets
  FILE_SET HEADERS FILE_SET bodies FILE_SET documents)
# By itself: a project in C has neither Eigen nor nlohmann/json.
install(TARGETS relapse_c EXPORT relapse-c-targets FILE_SET HEADERS)
set(exports relapse-targets relapse-c-targets)
if(RELAPSE_BUILD_SQLITE)
  install(TARGETS relapse_sqlite EXPORT relapse-sqlite-targets)
  list(APPEND exports relapse-sqlite-targets)
endif()
foreach(name IN LISTS exports)
  install(EXPORT ${name} NAMESPACE relapse:: DESTINATION "${package_dir}")
  # What is built is found where it lies, too.
  export(EXPORT ${name} NAMESPACE relapse:: FILE "${PROJECT_BINARY_DIR}/${name}.cmake")
endforeach()
configure_package_config_file(cmake/relapse-config.cmake.in relapse-config.cmake
  INSTALL_DESTINATION "${package_dir}")
# Before 1.0 a minor version may change the interface.
write_basic_package_version_file(relapse-config-version.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES
  "${PROJECT_BINARY_DIR}/relapse-config.cmake"
  "${PROJECT_BINARY_DIR}/relapse-config-version.cmake"
  DESTINATION "${package_dir}")

# The prefix is found from where the file lies, so that an installed tree can be moved.
cmake_path(RELATIVE_PATH CMAKE_INSTALL_PREFIX
  BASE_DIRECTORY "${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig" OUTPUT_VARIABLE pc_prefix)
foreach(name IN ITEMS relapse relapse-compiled relapse-c)
  configure_file(cmake/${name}.pc.in ${name}.pc @ONLY)
  install(FILES "${PROJECT_BINARY_DIR}/${name}.pc"
    DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
endforeach()
