#pragma once

#include <relapse/care/page_speech.hpp>
#include <relapse/io/resources.hpp>
#include <relapse/io/wordings.hpp>

#include <string>

/// How pages speak for a locale such as de-AT.
namespace relapse::python {

inline care::PageSpeech speech_of(const std::string& locale) {
  const auto say = io::find_wording(locale);
  return {say, translated(io::crisis_directory().find(locale), say)};
}

}  // namespace relapse::python
