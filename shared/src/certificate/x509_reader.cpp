#include "certificate/x509_reader.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "certificate/checks.h"
#include "kernel/time.h"

namespace lachan::certificate {
namespace {

using Data = std::span<const std::uint8_t>;

// Identifiers of X.690 types that are met here.
constexpr std::uint8_t kBoolean = 0x01;
constexpr std::uint8_t kInteger = 0x02;
constexpr std::uint8_t kBitString = 0x03;
constexpr std::uint8_t kOctetString = 0x04;
constexpr std::uint8_t kOid = 0x06;
constexpr std::uint8_t kUtcTime = 0x17;
constexpr std::uint8_t kGeneralizedTime = 0x18;
constexpr std::uint8_t kSequence = 0x30;
constexpr std::uint8_t kSet = 0x31;
constexpr std::uint8_t kVersion = 0xa0;
constexpr std::uint8_t kExtensions = 0xa3;
constexpr std::uint8_t kKeyIdentifier = 0x80;

// Object identifiers as encoded.
constexpr std::string_view kCountryName{"\x55\x04\x06", 3};
constexpr std::string_view kSubjectKeyId{"\x55\x1d\x0e", 3};
constexpr std::string_view kBasicConstraints{"\x55\x1d\x13", 3};
constexpr std::string_view kAuthorityKeyId{"\x55\x1d\x23", 3};
constexpr std::string_view kExtendedKeyUsage{"\x55\x1d\x25", 3};
constexpr std::string_view kDocumentTypes{"\x67\x81\x08\x01\x01\x06\x02", 7};
constexpr std::string_view kHealthSeals{"\x67\x81\x08\x01\x01\x0e\x02", 7};
constexpr std::string_view kEcPublicKey{"\x2a\x86\x48\xce\x3d\x02\x01", 7};

struct NamedAlgorithm {
    std::string_view oid;
    Algorithm algorithm;
};
// RFC 5758, RFC 4055 and RFC 8410.
constexpr std::array kSignatureAlgorithms{
    NamedAlgorithm{{"\x2a\x86\x48\xce\x3d\x04\x03\x02", 8}, Algorithm::es256},
    NamedAlgorithm{{"\x2a\x86\x48\xce\x3d\x04\x03\x03", 8}, Algorithm::es384},
    NamedAlgorithm{{"\x2a\x86\x48\xce\x3d\x04\x03\x04", 8}, Algorithm::es512},
    NamedAlgorithm{{"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b", 9}, Algorithm::rs256},
    NamedAlgorithm{{"\x2b\x65\x70", 3}, Algorithm::eddsa},
};
// Named curves; parameters written out are no key of ours.
constexpr std::array kCurves{
    NamedAlgorithm{{"\x2a\x86\x48\xce\x3d\x03\x01\x07", 8}, Algorithm::es256},
    NamedAlgorithm{{"\x2b\x81\x04\x00\x22", 5}, Algorithm::es384},
    NamedAlgorithm{{"\x2b\x81\x04\x00\x23", 5}, Algorithm::es512},
};
constexpr std::array kOtherKeys{
    NamedAlgorithm{{"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01", 9}, Algorithm::ps256},
    NamedAlgorithm{{"\x2b\x65\x70", 3}, Algorithm::eddsa},
};

Error malformed(const char* detail) { return Error{Errc::malformed, "x509", detail}; }

template <class Table>
std::optional<Algorithm> algorithm_in(const Table& table, Data oid) {
    const std::string_view wanted(reinterpret_cast<const char*>(oid.data()), oid.size());
    for (const NamedAlgorithm& entry : table) {
        if (entry.oid == wanted) return entry.algorithm;
    }
    return std::nullopt;
}

bool is_oid(Data data, std::string_view oid) {
    return std::string_view(reinterpret_cast<const char*>(data.data()), data.size()) == oid;
}

Bytes copy(Data data) { return Bytes(data.begin(), data.end()); }

/// One value of DER: its identifier, its content, and all its bytes.
struct Value {
    std::uint8_t tag = 0;
    Data content;
    Data whole;
};

/// Walks over the values of one level of DER (X.690 section 10). Lengths are definite and the shortest that serve.
class Reader {
public:
    explicit Reader(Data data) : data_(data) {}

    bool at_end() const { return data_.empty(); }
    bool is_next(std::uint8_t tag) const { return !data_.empty() && data_[0] == tag; }

    Result<Value> next() {
        if (data_.size() < 2) return malformed("a value ends before its length");
        if ((data_[0] & 0x1f) == 0x1f) return malformed("an identifier of several bytes");
        std::size_t length = data_[1];
        std::size_t head = 2;
        if (length >= 0x80) {
            const std::size_t count = length & 0x7f;
            if (count < 1 || count > 3 || data_.size() < 2 + count) return malformed("a length that is not DER");
            length = 0;
            for (std::size_t i = 0; i < count; ++i) length = length << 8 | data_[2 + i];
            if (length < 0x80 || data_[2] == 0) return malformed("a length longer than needed");
            head += count;
        }
        if (length > data_.size() - head) return malformed("a value is longer than the data");
        const Value value{data_[0], data_.subspan(head, length), data_.first(head + length)};
        data_ = data_.subspan(head + length);
        return value;
    }

    Result<Value> next(std::uint8_t tag) {
        if (!is_next(tag)) return malformed("a value of another type");
        return next();
    }

private:
    Data data_;
};

std::optional<int> two_digits(Data text, std::size_t at) {
    const auto digit = [text](std::size_t i) { return text[i] >= '0' && text[i] <= '9'; };
    if (at + 2 > text.size() || !digit(at) || !digit(at + 1)) return std::nullopt;
    return (text[at] - '0') * 10 + (text[at + 1] - '0');
}

/// RFC 5280 section 4.1.2.5: YYMMDDHHMMSSZ or YYYYMMDDHHMMSSZ.
Result<Instant> time_of(const Value& value) {
    const bool is_short = value.tag == kUtcTime;
    if (!is_short && value.tag != kGeneralizedTime) return malformed("a date of another type");
    const Data text = value.content;
    const std::size_t start = is_short ? 2 : 4;
    if (text.size() != start + 11 || text[text.size() - 1] != 'Z') return malformed("a date in another form");
    std::array<int, 6> parts{};
    const auto first = two_digits(text, 0);
    const auto second = is_short ? first : two_digits(text, 2);
    if (!first || !second) return malformed("a date in another form");
    const int year = is_short ? (*first < 50 ? 2000 : 1900) + *first : *first * 100 + *second;
    for (std::size_t i = 0; i < 5; ++i) {
        const auto part = two_digits(text, start + 2 * i);
        if (!part) return malformed("a date in another form");
        parts[i] = *part;
    }
    const auto padded = [](int number, std::size_t width) {
        const std::string digits = std::to_string(number);
        return std::string(width - std::min(width, digits.size()), '0') + digits;
    };
    const auto day = Day::parse(padded(year, 4) + "-" + padded(parts[0], 2) + "-" + padded(parts[1], 2));
    if (!day || parts[2] > 23 || parts[3] > 59 || parts[4] > 59) return malformed("a date the calendar does not have");
    const std::int64_t seconds = parts[2] * 3600LL + parts[3] * 60LL + parts[4];
    return Instant{day->days * kMillisecondsPerDay + seconds * 1000};
}

/// The alpha-2 country of a name, in capitals; some write it small.
Result<std::string> country_in(Data name) {
    std::string country;
    for (Reader relative(name); !relative.at_end();) {
        const Value set = TRY(relative.next(kSet));
        for (Reader entries(set.content); !entries.at_end();) {
            Reader pair(TRY(entries.next(kSequence)).content);
            const Value type = TRY(pair.next(kOid));
            const Value value = TRY(pair.next());
            if (!is_oid(type.content, kCountryName) || value.content.size() != 2) continue;
            country.assign(value.content.begin(), value.content.end());
        }
    }
    for (char& c : country) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
        if (c < 'A' || c > 'Z') return std::string();
    }
    return country;
}

Result<void> read_key(const Value& info, Certificate& certificate) {
    certificate.spki = copy(info.whole);
    Reader parts(info.content);
    Reader algorithm(TRY(parts.next(kSequence)).content);
    const Value kind = TRY(algorithm.next(kOid));
    TRY(parts.next(kBitString));
    certificate.key_algorithm = algorithm_in(kOtherKeys, kind.content);
    if (is_oid(kind.content, kEcPublicKey) && algorithm.is_next(kOid)) {
        certificate.key_algorithm = algorithm_in(kCurves, TRY(algorithm.next(kOid)).content);
    }
    return {};
}

Result<void> read_extended_usage(Data content, Certificate& certificate) {
    certificate.has_extended_usage = true;
    Reader outer(content);
    for (Reader list(TRY(outer.next(kSequence)).content); !list.at_end();) {
        if (is_oid(TRY(list.next(kOid)).content, kHealthSeals)) certificate.may_sign_health_seals = true;
    }
    return {};
}

/// ICAO 9303 part 12: SEQUENCE { version INTEGER, SET OF document type }.
Result<void> read_document_types(Data content, Certificate& certificate) {
    Reader outer(content);
    Reader list(TRY(outer.next(kSequence)).content);
    TRY(list.next(kInteger));
    for (Reader types(TRY(list.next(kSet)).content); !types.at_end();) {
        const Value type = TRY(types.next());
        certificate.document_types.emplace_back(type.content.begin(), type.content.end());
    }
    return {};
}

Result<void> read_extension(Data oid, Data content, Certificate& certificate) {
    Reader value(content);
    if (is_oid(oid, kSubjectKeyId)) {
        certificate.subject_key_id = copy(TRY(value.next(kOctetString)).content);
    } else if (is_oid(oid, kAuthorityKeyId)) {
        Reader parts(TRY(value.next(kSequence)).content);
        if (parts.is_next(kKeyIdentifier)) {
            certificate.authority_key_id = copy(TRY(parts.next(kKeyIdentifier)).content);
        }
    } else if (is_oid(oid, kBasicConstraints)) {
        Reader parts(TRY(value.next(kSequence)).content);
        if (parts.is_next(kBoolean)) {
            const Value flag = TRY(parts.next(kBoolean));
            certificate.is_authority = flag.content.size() == 1 && flag.content[0] != 0;
        }
    } else if (is_oid(oid, kExtendedKeyUsage)) {
        return read_extended_usage(content, certificate);
    } else if (is_oid(oid, kDocumentTypes)) {
        return read_document_types(content, certificate);
    }
    return {};
}

Result<void> read_extensions(Data content, Certificate& certificate) {
    Reader outer(content);
    for (Reader list(TRY(outer.next(kSequence)).content); !list.at_end();) {
        Reader extension(TRY(list.next(kSequence)).content);
        const Value oid = TRY(extension.next(kOid));
        if (extension.is_next(kBoolean)) TRY(extension.next(kBoolean));
        TRY(read_extension(oid.content, TRY(extension.next(kOctetString)).content, certificate));
    }
    return {};
}

/// TBSCertificate, RFC 5280 section 4.1.2.
Result<void> read_signed_part(Data content, Certificate& certificate) {
    Reader fields(content);
    if (fields.is_next(kVersion)) TRY(fields.next(kVersion));
    certificate.serial = copy(TRY(fields.next(kInteger)).content);
    TRY(fields.next(kSequence));
    const Value issuer = TRY(fields.next(kSequence));
    certificate.issuer = copy(issuer.whole);
    certificate.issuer_country = TRY(country_in(issuer.content));
    Reader validity(TRY(fields.next(kSequence)).content);
    certificate.not_before = TRY(time_of(TRY(validity.next())));
    certificate.not_after = TRY(time_of(TRY(validity.next())));
    const Value subject = TRY(fields.next(kSequence));
    certificate.subject = copy(subject.whole);
    certificate.subject_country = TRY(country_in(subject.content));
    TRY(read_key(TRY(fields.next(kSequence)), certificate));
    while (!fields.at_end()) {
        const Value field = TRY(fields.next());
        if (field.tag == kExtensions) TRY(read_extensions(field.content, certificate));
    }
    return {};
}

/// An unsigned INTEGER at the full width of a half signature.
Result<void> append_half(const Value& integer, std::size_t half, Bytes& raw) {
    Data digits = integer.content;
    if (digits.empty() || (digits[0] & 0x80) != 0) return malformed("a negative half of a signature");
    if (digits[0] == 0) digits = digits.subspan(1);
    if (digits.size() > half) return malformed("a half of a signature is too long");
    raw.insert(raw.end(), half - digits.size(), 0);
    raw.insert(raw.end(), digits.begin(), digits.end());
    return {};
}

}  // namespace

Result<Certificate> read_certificate(std::span<const std::uint8_t> der) {
    Reader outer(der);
    const Value whole = TRY(outer.next(kSequence));
    if (!outer.at_end()) return malformed("bytes follow the certificate");
    Reader parts(whole.content);
    Certificate certificate;
    const Value signed_part = TRY(parts.next(kSequence));
    certificate.signed_part = copy(signed_part.whole);
    TRY(read_signed_part(signed_part.content, certificate));
    Reader method(TRY(parts.next(kSequence)).content);
    certificate.signed_with = algorithm_in(kSignatureAlgorithms, TRY(method.next(kOid)).content);
    const Value signature = TRY(parts.next(kBitString));
    if (signature.content.empty() || signature.content[0] != 0) return malformed("the signature is not whole bytes");
    certificate.signature = copy(signature.content.subspan(1));
    return certificate;
}

Result<Bytes> raw_ecdsa_signature(std::span<const std::uint8_t> der, Algorithm key) {
    const std::size_t half = signature_bytes_of(key) / 2;
    Reader outer(der);
    Reader parts(TRY(outer.next(kSequence)).content);
    Bytes raw;
    TRY(append_half(TRY(parts.next(kInteger)), half, raw));
    TRY(append_half(TRY(parts.next(kInteger)), half, raw));
    if (!outer.at_end() || !parts.at_end()) return malformed("bytes follow the signature");
    return raw;
}

Bytes Certificate::serial_number() const {
    return {std::find_if(serial.begin(), serial.end(), [](std::uint8_t byte) { return byte != 0; }), serial.end()};
}

Result<Signer> authority_from_certificate(std::span<const std::uint8_t> der) {
    Certificate certificate = TRY(read_certificate(der));
    if (!certificate.is_authority || certificate.subject_key_id.empty()) {
        return Error{Errc::rejected, "x509.authority", "no authority, or one without a subject key identifier"};
    }
    if (!certificate.key_algorithm) return Error{Errc::rejected, "x509.key", "a key of a kind that is not ours"};
    if (certificate.not_after < certificate.not_before) return malformed("the certificate's validity is no period");
    Signer signer;
    signer.scheme = Scheme::icao_vds;
    signer.kid = std::move(certificate.subject_key_id);
    signer.country = std::move(certificate.subject_country);
    signer.is_authority = true;
    signer.algorithm = *certificate.key_algorithm;
    signer.spki = std::move(certificate.spki);
    signer.not_before = certificate.not_before;
    signer.not_after = certificate.not_after;
    return signer;
}

}  // namespace lachan::certificate
