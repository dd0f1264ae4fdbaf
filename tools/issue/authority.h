#pragma once

#include <memory>
#include <string>
#include <vector>

#include "certificate/bundle.h"
#include "kernel/result.h"
#include "kernel/time.h"
#include "signing_key.h"

struct x509_st;

namespace lachan::trust {

/// An X.509 certificate in DER with the key it belongs to.
struct Identity {
    SigningKey key;
    Bytes certificate;
};

struct Naming {
    std::string country;
    std::string organisation;
    std::string common_name;
};

/// A vaccination site: its code in the country's register, its name, and the province, district or commune that it lies in.
struct Site {
    std::string code;
    std::string name;
    std::string unit;
};

/// A country's own authority: a self-signed certificate that may sign document signers and nothing else.
Result<Identity> make_authority(const Naming& name, Instant from, Instant until);

/// A document signer under `authority`. `usage` becomes the extended key usages for health certificates; none when
/// open.
Result<Identity> make_signer(const Naming& name, certificate::Algorithm algorithm, const certificate::KeyUsage& usage,
                             Instant from, Instant until, const Identity& authority);

/// A signer of ICAO's health seals (VDS-NC) under `authority`: ES256, with the usage and the document types that ICAO asks for.
Result<Identity> make_seal_signer(const Naming& name, Instant from, Instant until, const Identity& authority);

/// A signer of our own codes under `authority`: ES256 or EdDSA, for tests alone or for all, and for the places of `host` alone unless it
/// is "".
Result<Identity> make_own_signer(const Naming& name, certificate::Algorithm algorithm, const certificate::KeyUsage& usage,
                                 const std::string& host, Instant from, Instant until, const Identity& authority);

/// The key of a vaccination site under `authority` (ES256): its one extended key usage is kSiteUsage.
Result<Identity> make_site(const Naming& name, const Site& site, Instant from, Instant until, const Identity& authority);

/// The site that a certificate's subject names; empty fields where it names none.
Result<Site> site_of(const Bytes& certificate);

/// Whether `certificate` is that of a site as make_site makes it: signed by `authority` and named so, for signatures, no authority, with
/// the usage of sites and no other, a key for ES256.
bool is_site_under(const Bytes& certificate, const Bytes& authority);

/// Country, organisation and common name of a certificate's subject.
Result<Naming> naming_of(const Bytes& certificate);

/// A certificate in PEM.
std::string to_pem(const Bytes& der);

}  // namespace lachan::trust
