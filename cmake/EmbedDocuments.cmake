# relapse_embed_documents(<variable> DIRECTORY <dir> NAMESPACE <namespace> FILES <json>...)
#
# Writes `relapse/io/documents/<name>.hpp` below the directory for each document, with
# `inline constexpr std::string_view <name>` in the namespace, and sets the variable to the
# list of headers. They are written when configuring and again when a document changes.
#
# With FOLDER <folder> the headers lie in that folder, the constants in a namespace
# `<folder>_json`, and `relapse/io/documents/<folder>.hpp` lists them all, in the order of
# their names, as `inline constexpr NamedDocument <folder>[]` with `name` and `json`.
function(relapse_embed_documents variable)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "DIRECTORY;NAMESPACE;FOLDER" "FILES")
  set(headers "")
  set(place "relapse/io/documents")
  set(space "${arg_NAMESPACE}")
  if(arg_FOLDER)
    string(APPEND space "::${arg_FOLDER}_json")
    set(list_entries "")
    set(list_includes "")
    list(SORT arg_FILES)
  endif()
  foreach(document IN LISTS arg_FILES)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${document}")
    cmake_path(GET document STEM LAST_ONLY stem)
    cmake_path(GET document FILENAME file)
    string(MAKE_C_IDENTIFIER "${stem}" name)
    file(READ "${document}" text)
    if(RELAPSE_TRIM_DOCUMENTS)
      relapse_trim(text)
    endif()
    string(LENGTH "${text}" bytes)
    relapse_raw_strings(literals "${text}" "${file}")
    cmake_path(APPEND place "${arg_FOLDER}" "${name}.hpp" OUTPUT_VARIABLE include)
    set(header "${arg_DIRECTORY}/${include}")
    if(arg_FOLDER)
      string(APPEND list_includes "#include <${include}>\n")
      string(APPEND list_entries
        "    {\"${stem}\", ${arg_FOLDER}_json::${name}},\n")
    endif()
    file(CONFIGURE OUTPUT "${header}" @ONLY CONTENT [=[
#pragma once

#include <string_view>

// Clang counts 65536 characters as too long for a portable literal.
#ifdef __GNUC__
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Woverlength-strings"
#endif

namespace @space@ {

/// The document `@file@`, as it was written.
inline constexpr std::string_view @name@{@literals@,
@bytes@};

}  // namespace @space@

#ifdef __GNUC__
#pragma GCC diagnostic pop
#endif
]=])
    list(APPEND headers "${header}")
  endforeach()
  if(arg_FOLDER)
    set(header "${arg_DIRECTORY}/${place}/${arg_FOLDER}.hpp")
    file(CONFIGURE OUTPUT "${header}" @ONLY CONTENT [=[
#pragma once

#include <relapse/io/detail/named_document.hpp>
@list_includes@
namespace @arg_NAMESPACE@ {

/// The documents of the folder @arg_FOLDER@, in the order of their names.
inline constexpr NamedDocument @arg_FOLDER@[] = {
@list_entries@};

}  // namespace @arg_NAMESPACE@
]=])
    list(APPEND headers "${header}")
  endif()
  set(${variable} "${headers}" PARENT_SCOPE)
endfunction()

# Leaves out indentation, and the words of reports and figures, which Python draws; SMALL
# also those of questionnaires, whose own texts are English.
function(relapse_trim variable)
  set(unused "report|cohort|attention|plot")
  if(RELAPSE_TRIM_DOCUMENTS STREQUAL SMALL)
    string(APPEND unused "|label\\.instrument")
  endif()
  string(REGEX REPLACE "\n +" "\n" text "${${variable}}")
  string(REGEX REPLACE "\n\"(${unused})\\.[^\n]*" "" text "${text}")
  string(REPLACE "\": " "\":" text "${text}")
  set(${variable} "${text}" PARENT_SCOPE)
endfunction()

# Adjacent raw literals of at most 12000 bytes each (compilers need accept no more than
# 16 kB), cut after a line end or a comma so that no character is split.
function(relapse_raw_strings variable text file)
  string(FIND "${text}" ")relapse\"" collision)
  if(NOT collision EQUAL -1)
    message(FATAL_ERROR "${file}: contains the delimiter of a raw string, )relapse\"")
  endif()
  set(literals "")
  string(LENGTH "${text}" left)
  while(left GREATER 0)
    set(cut ${left})
    if(left GREATER 12000)
      string(SUBSTRING "${text}" 0 12000 window)
      string(FIND "${window}" "\n" cut REVERSE)
      if(cut LESS 1)
        string(FIND "${window}" "," cut REVERSE)
      endif()
      if(cut LESS 1)
        message(FATAL_ERROR "${file}: 12000 bytes without a line end or a comma")
      endif()
      math(EXPR cut "${cut} + 1")
    endif()
    string(SUBSTRING "${text}" 0 ${cut} piece)
    string(SUBSTRING "${text}" ${cut} -1 text)
    string(APPEND literals "\nR\"relapse(${piece})relapse\"")
    string(LENGTH "${text}" left)
  endwhile()
  if(literals STREQUAL "")
    message(FATAL_ERROR "${file}: is empty")
  endif()
  set(${variable} "${literals}" PARENT_SCOPE)
endfunction()
