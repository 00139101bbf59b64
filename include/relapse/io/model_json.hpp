#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/model/model.hpp>

#include <filesystem>
#include <string>
#include <string_view>

/// Model documents, `relapse/model/1`.
namespace relapse::io {

/// Reads the content of a document. Names and numbers are judged by `check`, which
/// `Model` calls. Throws ParseError.
ModelDocument parse_model_document(std::string_view json);
/// Reads and checks. Throws ParseError.
Model parse_model(std::string_view json);
/// The same from a file. Throws InvalidInput when it cannot be read.
Model load_model(const std::filesystem::path& file);

/// The canonical form on many lines; reads back as an equal document.
/// @param indent spaces a level
std::string to_json(const ModelDocument& document, int indent = 2);
/// The document of a model.
std::string to_json(const Model& model);
/// Replaces the file as a whole. Throws InvalidInput when it cannot be written.
void save_model(const Model& model, const std::filesystem::path& file);

}  // namespace relapse::io

#ifndef RELAPSE_COMPILED
#include <relapse/io/detail/model_json.ipp>
#endif
