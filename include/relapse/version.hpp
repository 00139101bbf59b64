#pragma once

/// The version of the library, written here and read from here by CMake and Python.

#define RELAPSE_VERSION "0.1.0"
