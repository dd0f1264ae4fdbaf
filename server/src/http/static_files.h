#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "http/message.h"
#include "tiles.h"

namespace lachan::server {

/// The built page, read once at start: nothing on the disk is looked up by a name from outside, so no name can leave the folder.
class StaticFiles {
public:
    /// Files of `web` under /, files of `assets` under /assets/ where `web` has none. `web/pages.txt` names the addresses that the
    /// page itself answers, one a line. Errc::not_found when `web` has no index.html.
    static Result<StaticFiles> load(const std::string& web, const std::string& assets);

    /// The answer to GET or HEAD; nullopt when there is no such file and no such page.
    std::optional<Reply> answer(const Request& request) const;

    std::size_t size() const { return files_.size(); }

private:
    struct Variant {
        std::shared_ptr<const std::string> body;
        std::string etag;
    };
    struct File {
        std::string type;
        bool immutable = false;
        Variant plain;
        std::optional<Variant> brotli, gzip;
    };

    void add_folder(const std::string& folder, const std::string& prefix);
    Reply answer_with(const File& file, const Request& request) const;

    std::map<std::string, File, std::less<>> files_;
    std::set<std::string, std::less<>> pages_;
};

/// Headers that every answer carries: nothing foreign runs in the page, nobody frames it, camera and position only by us. The one foreign
/// thing that it may show are pictures from the origin of `tiles`.
std::vector<std::pair<std::string, std::string>> security_headers(const std::optional<Tiles>& tiles);

}  // namespace lachan::server
