#include "certificate/packed_signers.h"

#include <algorithm>

#include "certificate/octets.h"
#include "certificate/packed_spki.h"

namespace lachan::certificate {
namespace {

constexpr std::uint64_t kMostSigners = 65'536;
constexpr std::uint64_t kMostNames = 8192;
constexpr std::size_t kMostNameBytes = 512;
constexpr std::size_t kMostKidBytes = 512;
constexpr std::size_t kMostKeyBytes = 2048;
constexpr std::uint64_t kSchemes = 5;
constexpr std::uint64_t kAlgorithms = 6;

// The second byte of a signer.
constexpr std::uint64_t kTest = 1;
constexpr std::uint64_t kVaccination = 2;
constexpr std::uint64_t kRecovery = 4;
constexpr std::uint64_t kAuthority = 8;
constexpr std::uint64_t kWrapped = 16;  ///< the key stands as it is, not bare
constexpr std::uint64_t kSeconds = 32;  ///< both dates are whole seconds
constexpr std::uint64_t kCounted = 64;  ///< a crl_version follows

constexpr std::int64_t kDay = kMillisecondsPerDay;

Error malformed(const char* detail) { return Error{Errc::malformed, "bundle.signers", detail}; }

std::uint64_t zigzag(std::int64_t value) {
    return (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
}
std::int64_t unzigzag(std::uint64_t value) {
    return static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1);
}

std::vector<std::string> read_names(OctetReader& reader) {
    std::vector<std::string> names{""};
    const std::uint64_t count = reader.varint(kMostNames);
    for (std::uint64_t i = 0; i < count && reader.ok(); ++i) names.push_back(reader.text(kMostNameBytes));
    return names;
}

const std::string& read_name(OctetReader& reader, const std::vector<std::string>& names) {
    return names[static_cast<std::size_t>(reader.varint(names.size() - 1))];
}

/// Dates: the first as it is, the second as its distance: in days where it is whole days.
void read_dates(OctetReader& reader, bool has_seconds, Signer& signer) {
    const std::int64_t unit = has_seconds ? 1000 : 1;
    constexpr std::int64_t kFarthest = 1'000'000'000'000'000;  // the year 33658
    const std::int64_t from = unzigzag(reader.varint());
    const std::uint64_t distance = reader.varint();
    const std::int64_t step = (distance & 1) != 0 ? kDay : unit;
    const auto steps = static_cast<std::int64_t>(distance >> 1);
    if (from > kFarthest / unit || from < -kFarthest / unit || steps > kFarthest / step) return reader.fail();
    signer.not_before = Instant{from * unit};
    signer.not_after = Instant{signer.not_before.ms + steps * step};
}

void write_dates(Bytes& out, bool has_seconds, const Signer& signer) {
    const std::int64_t unit = has_seconds ? 1000 : 1;
    const std::int64_t distance = signer.not_after.ms - signer.not_before.ms;
    put_varint(out, zigzag(signer.not_before.ms / unit));
    const bool is_days = distance % kDay == 0;
    put_varint(out, static_cast<std::uint64_t>(distance / (is_days ? kDay : unit)) << 1 | (is_days ? 1 : 0));
}

Signer read_signer(OctetReader& reader, const std::vector<std::string>& countries,
                   const std::vector<std::string>& issuers) {
    Signer signer;
    const std::uint64_t kind = reader.varint(127);
    if (kind >> 4 >= kSchemes || (kind & 15) >= kAlgorithms) reader.fail();
    signer.scheme = static_cast<Scheme>(kind >> 4);
    signer.algorithm = static_cast<Algorithm>(kind & 15);
    const std::uint64_t flags = reader.varint(127);
    signer.usage = {(flags & kTest) != 0, (flags & kVaccination) != 0, (flags & kRecovery) != 0};
    signer.is_authority = (flags & kAuthority) != 0;
    signer.country = read_name(reader, countries);
    signer.issuer = read_name(reader, issuers);
    const auto kid = reader.blob(kMostKidBytes);
    signer.kid.assign(kid.begin(), kid.end());
    const auto key = reader.blob(kMostKeyBytes);
    if ((flags & kWrapped) != 0) {
        signer.spki.assign(key.begin(), key.end());
    } else {
        signer.spki = spki_of(signer.algorithm, key);
    }
    read_dates(reader, (flags & kSeconds) != 0, signer);
    if ((flags & kCounted) != 0) signer.crl_version = static_cast<std::int64_t>(reader.varint());
    if (signer.spki.empty() || signer.kid.empty()) reader.fail();
    return signer;
}

/// Where a name stands in a table that begins with "".
class Names {
public:
    std::uint64_t place_of(const std::string& name) {
        const auto found = std::find(names_.begin(), names_.end(), name);
        if (found != names_.end()) return static_cast<std::uint64_t>(found - names_.begin());
        names_.push_back(name);
        return names_.size() - 1;
    }
    void write(Bytes& out) const {
        put_varint(out, names_.size() - 1);
        for (std::size_t i = 1; i < names_.size(); ++i) put_text(out, names_[i]);
    }

private:
    std::vector<std::string> names_{""};
};

void write_signer(Bytes& out, const Signer& signer, Names& countries, Names& issuers) {
    const auto bare = bare_key(signer.algorithm, signer.spki);
    const bool has_seconds = signer.not_before.ms % 1000 == 0 && signer.not_after.ms % 1000 == 0;
    std::uint64_t flags = 0;
    if (signer.usage.test) flags |= kTest;
    if (signer.usage.vaccination) flags |= kVaccination;
    if (signer.usage.recovery) flags |= kRecovery;
    if (signer.is_authority) flags |= kAuthority;
    if (!bare) flags |= kWrapped;
    if (has_seconds) flags |= kSeconds;
    if (signer.crl_version != 0) flags |= kCounted;
    put_varint(out, static_cast<std::uint64_t>(signer.scheme) << 4 | static_cast<std::uint64_t>(signer.algorithm));
    put_varint(out, flags);
    put_varint(out, countries.place_of(signer.country));
    put_varint(out, issuers.place_of(signer.issuer));
    put_blob(out, signer.kid);
    put_blob(out, bare ? *bare : signer.spki);
    write_dates(out, has_seconds, signer);
    if (signer.crl_version != 0) put_varint(out, static_cast<std::uint64_t>(signer.crl_version));
}

bool is_before(const Signer& left, const Signer& right) {
    return left.scheme != right.scheme ? left.scheme < right.scheme : left.kid < right.kid;
}

}  // namespace

Result<std::vector<Signer>> read_signers(std::span<const std::uint8_t> data) {
    OctetReader reader(data);
    const auto countries = read_names(reader);
    const auto issuers = read_names(reader);
    const std::uint64_t count = reader.varint(kMostSigners);
    std::vector<Signer> signers;
    for (std::uint64_t i = 0; i < count && reader.ok(); ++i) signers.push_back(read_signer(reader, countries, issuers));
    if (!reader.ok() || !reader.at_end()) return malformed("cut off, too long, or a value out of range");
    if (!std::is_sorted(signers.begin(), signers.end(), is_before)) return malformed("out of order");
    return signers;
}

Bytes write_signers(std::span<const Signer> signers) {
    Names countries;
    Names issuers;
    Bytes rows;
    for (const Signer& signer : signers) write_signer(rows, signer, countries, issuers);
    Bytes out;
    countries.write(out);
    issuers.write(out);
    put_varint(out, signers.size());
    put_bytes(out, rows);
    return out;
}

}  // namespace lachan::certificate
