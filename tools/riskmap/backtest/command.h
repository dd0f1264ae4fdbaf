#pragma once

#include "kernel/result.h"

namespace lachan::backtest {

/// What `lachan-riskmap --help` says about it.
extern const char* const kBacktestHelp;

/// lachan-riskmap backtest: reads, computes, writes. Errc::malformed with rule usage; riskmap.file, riskmap.backtest.
Result<void> run_backtest(int count, char** values);

}  // namespace lachan::backtest
