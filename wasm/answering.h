#pragma once

#include <string>
#include <string_view>

/// The C ABI of a module that answers operations and has no database (answering.cpp), for whoever says in its own file what answers.
/// 0 answer, 1 error; either way `reply` is the text.
int answer(std::string_view operation, std::string_view request, std::string& reply);
