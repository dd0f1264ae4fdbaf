#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "epi/operations.h"
#include "epi/request.h"
#include "epi/table.h"

namespace lachan::epi {

// The operations that operations.cpp lists, and what they share.

Result<std::string> answer_smooth(const Json& request);
Result<std::string> answer_hotspots(const Json& request);
Result<std::string> answer_space_time(const Json& request);
Result<std::string> answer_ears(const Json& request);
Result<std::string> answer_farrington(const Json& request);
Result<std::string> answer_farrington_flexible(const Json& request);
Result<std::string> answer_forecast(const Json& request);
Result<std::string> answer_nowcast(const Json& request);

/// Columns longitude and latitude, or x and y. Errc::malformed with rule epi.column.
struct Positions {
    std::vector<double> x, y;
};
Result<Positions> positions_of(const Table&);
/// Key distance: planar or great-circle.
Result<Distance> distance_of(const Request&);

/// A line of CSV that begins with a number or a word.
void append_line(std::string& text, std::string_view first, std::initializer_list<double> values);
void append_line(std::string& text, std::size_t first, std::initializer_list<double> values);
/// "name":value of JSON; null for what is not known or infinite.
void append_field(std::string& text, const char* name, double value);
/// Rows as a list of JSON, counted from 1.
void append_rows(std::string& text, const std::vector<std::uint32_t>& rows);

}  // namespace lachan::epi
