#pragma once

#include "command/arguments.h"
#include "kernel/result.h"
#include "kernel/time.h"

/// The commands of lachan-issue, as its help tells them. Errors with rule `usage` are those of the command line.
namespace lachan::trust {

// Keys, lists, and what is taken back.
Result<void> make_authority_files(const command::Arguments& arguments, Instant now);
Result<void> make_signer_files(const command::Arguments& arguments, Instant now);
Result<void> make_list(const command::Arguments& arguments, Instant now);
Result<void> show_key_set(const command::Arguments& arguments, Instant now);
Result<void> take_back(const command::Arguments& arguments, Instant now);
Result<void> make_bundle(const command::Arguments& arguments, Instant now);

// Vaccination sites, and the doses that they sign.
Result<void> make_site_files(const command::Arguments& arguments, Instant now);
Result<void> sign_doses(const command::Arguments& arguments, Instant now);
/// `revoke --site`.
Result<void> withdraw_named_site(const command::Arguments& arguments);

// Health certificates, in the forms of others.
Result<void> make_certificates(const command::Arguments& arguments, Instant now);
Result<void> make_cards(const command::Arguments& arguments, Instant now);
Result<void> make_seals(const command::Arguments& arguments, Instant now);
Result<void> make_ddccs(const command::Arguments& arguments, Instant now);

// Our own codes.
Result<void> make_own_codes(const command::Arguments& arguments, Instant now);
Result<void> make_places(const command::Arguments& arguments, Instant now);

}  // namespace lachan::trust
