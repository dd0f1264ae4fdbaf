#pragma once

#include <filesystem>
#include <memory>
#include <string_view>

#include "kernel/json.h"
#include "kernel/result.h"

namespace lachan::verify {

/// A verifier with its prover, spoken to as the page speaks to it: operations of its table, and the answers to the signature checks of an
/// inspection in wire form. There is one in this process, and one in wasm under Node.
class Engine {
public:
    virtual ~Engine() = default;

    /// Errc as the verifier says it; Errc::unavailable when the engine is gone.
    virtual Result<Json> call(std::string_view operation, const Json& request) = 0;

    /// Whether it has ended and answers nothing any more.
    virtual bool is_gone() const { return false; }

    /// A list of valid, invalid, unsupported.
    virtual Result<Json> prove(const Json& inspection) = 0;
};

/// The verifier of this process; OpenSSL proves.
std::unique_ptr<Engine> native_engine();

/// The wasm verifier under Node; WebCrypto proves. `runner` is tools/verify/wasm_runner.mjs. Errc::unavailable when it does not start.
Result<std::unique_ptr<Engine>> wasm_engine(const std::filesystem::path& runner);

}  // namespace lachan::verify
