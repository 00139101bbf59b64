#pragma once

#include <relapse/care/page.hpp>
#include <relapse/core/inline.hpp>

#include <string>

/// A page as a text with a format. What a person wrote is escaped in both.
namespace relapse::io {

/// CommonMark.
std::string to_markdown(const care::Page& page);

/// One HTML file that fetches nothing and runs nothing; printed, it is laid out for one
/// sheet of A4.
std::string to_html(const care::Page& page);

}  // namespace relapse::io

#ifndef RELAPSE_COMPILED
#include <relapse/io/detail/page_text.ipp>
#endif
