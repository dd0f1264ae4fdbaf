#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "http/message.h"

namespace lachan::server {

/// The published trust bundles under /trust/, from the folder that lachan-trust writes. A bundle or delta never
/// changes; latest.json names the newest and may be kept for a minute. A new list appears without a restart: the folder
/// is read again when latest.json was replaced, looked at no more than once a second. Names come from that reading,
/// never from a request, so no name can leave the folder. Nothing that is asked for tells who was checked.
class TrustFiles {
public:
    explicit TrustFiles(std::string folder) : folder_(std::move(folder)) {}

    /// The answer to GET or HEAD; nullopt when the path is not under /trust/ or names nothing.
    std::optional<Reply> answer(const Request& request);

private:
    struct File {
        std::shared_ptr<const std::string> body;
        std::shared_ptr<const std::string> gzip;  ///< null when it saves nothing
        std::string etag;
        bool immutable = true;
    };
    using Files = std::map<std::string, File, std::less<>>;

    std::shared_ptr<const Files> current(Instant now);

    std::string folder_;
    std::mutex lock_;
    std::shared_ptr<const Files> files_;
    std::int64_t looked_at_ms_ = -1'000'000;
    std::string latest_;
};

}  // namespace lachan::server
