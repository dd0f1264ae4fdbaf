// Revocation: lists, filters, dates and what an absent or old list says. Published vectors run where they are at hand.

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "certificate/base45.h"
#include "certificate/forge.h"
#include "certificate/octets.h"
#include "certificate/revocation_filter.h"
#include "certificate/revocation_write.h"

namespace lachan::certificate {
namespace {

const Bytes kKid(8, 1);
const std::string kUvci = "URN:UVCI:01:VN:0123456789ABCDEF0123456789ABCDEF";

Bytes entry(std::string_view text) { return revocation_entry(bytes_of(text)); }

std::vector<Bytes> numbered(int first, int count) {
    std::vector<Bytes> entries;
    for (int i = first; i < first + count; ++i) entries.push_back(entry("id " + std::to_string(i)));
    return entries;
}

RevocationList fresh_list(std::vector<RevocationBatch> batches, Bytes key = kKid, Scheme scheme = Scheme::hcert) {
    return {scheme, "VN", std::move(key), 0, Instant{kNow.ms - 1000}, Instant{kNow.ms + kDayMs}, std::move(batches)};
}

RevocationSet set_of(RevocationList list) { return {{std::move(list)}, {}}; }

RevocationQuery asked(const std::string& uvci = kUvci) {
    RevocationQuery query;
    query.kid = kKid;
    query.country = "VN";
    query.uvcis = {uvci};
    query.signature = Bytes(64, 7);
    query.is_ecdsa = true;
    return query;
}

std::string answer(const RevocationQuery& query, const RevocationSet& set, Instant now = kNow) {
    return said(revocation_of(query, &set, now));
}

TEST(revocation, absence_passes_only_in_a_fresh_list_for_that_key_or_state) {
    EXPECT_EQ(said(revocation_of(asked(), nullptr, kNow)), "notChecked list-missing");
    EXPECT_EQ(answer(asked(), {}), "notChecked list-missing");
    EXPECT_EQ(answer(asked(), set_of(fresh_list({}))), "pass");
    EXPECT_EQ(answer(asked(), set_of(fresh_list({}, Bytes(8, 2)))), "notChecked list-missing") << "another key's list";
    EXPECT_EQ(answer(asked(), set_of(fresh_list({}, {}))), "pass") << "a list for all keys of the state";
    EXPECT_EQ(answer(asked(), set_of(fresh_list({}, kKid, Scheme::divoc))), "notChecked list-missing");
    RevocationQuery abroad = asked();
    abroad.country = "FR";
    EXPECT_EQ(answer(abroad, set_of(fresh_list({}, {}))), "notChecked list-missing");
    const RevocationSet set = set_of(fresh_list({}));
    EXPECT_EQ(answer(asked(), set, Instant{kNow.ms + kDayMs}), "pass") << "the last instant";
    EXPECT_EQ(answer(asked(), set, Instant{kNow.ms + kDayMs + 1}), "notChecked list-stale");
}

TEST(revocation, one_stale_list_beside_a_fresh_one_is_stale) {
    RevocationSet set = set_of(fresh_list({}));
    set.lists.push_back(fresh_list({}, {}));
    EXPECT_EQ(answer(asked(), set), "pass");
    set.lists[1].fresh_until = Instant{kNow.ms - 1};
    EXPECT_EQ(answer(asked(), set), "notChecked list-stale");
}

TEST(revocation, each_kind_of_hash_finds_its_certificate_however_old_the_list) {
    const RevocationQuery query = asked();
    const std::vector<std::pair<RevokedBy, Bytes>> entries{{RevokedBy::uvci, entry(kUvci)},
                                                           {RevokedBy::country_uvci, entry("VN" + kUvci)},
                                                           {RevokedBy::signature, revocation_entry(Bytes(32, 7))}};
    for (const auto& [by, hash] : entries) {
        const RevocationSet set =
            set_of(fresh_list({batch_of(by, RevocationForm::exact, {hash, entry("other")}, Instant{0})}));
        EXPECT_EQ(answer(query, set), "fail revoked");
        EXPECT_EQ(answer(query, set, Instant{kNow.ms + 400 * kDayMs}), "fail revoked") << "age does not undo it";
        EXPECT_EQ(answer(asked("URN:UVCI:01:VN:X"),
                         set_of(fresh_list({batch_of(RevokedBy::uvci, RevocationForm::exact, {hash}, Instant{0})}))),
                  "pass");
    }
    // Of an RSA signature all of it counts.
    RevocationQuery rsa = query;
    rsa.is_ecdsa = false;
    const auto half =
        batch_of(RevokedBy::signature, RevocationForm::exact, {revocation_entry(Bytes(32, 7))}, Instant{0});
    EXPECT_EQ(answer(rsa, set_of(fresh_list({half}))), "pass");
    const auto whole =
        batch_of(RevokedBy::signature, RevocationForm::exact, {revocation_entry(Bytes(64, 7))}, Instant{0});
    EXPECT_EQ(answer(rsa, set_of(fresh_list({whole}))), "fail revoked");
}

TEST(revocation, an_identifier_is_found_with_and_without_its_checksum) {
    const auto set = set_of(fresh_list({batch_of(RevokedBy::uvci, RevocationForm::exact, {entry(kUvci)}, Instant{0})}));
    EXPECT_EQ(answer(asked(kUvci + "#Q"), set), "fail revoked");
    const auto with =
        set_of(fresh_list({batch_of(RevokedBy::uvci, RevocationForm::exact, {entry(kUvci + "#Q")}, Instant{0})}));
    EXPECT_EQ(answer(asked(kUvci + "#Q"), with), "fail revoked");
    EXPECT_EQ(answer(asked(kUvci), with), "pass");
}

TEST(revocation, a_batch_says_nothing_after_its_end_and_can_be_dropped) {
    const auto batch = batch_of(RevokedBy::uvci, RevocationForm::exact, {entry(kUvci)}, kNow);
    RevocationSet set = set_of(fresh_list({batch}));
    EXPECT_EQ(answer(asked(), set), "fail revoked");
    EXPECT_EQ(answer(asked(), set, Instant{kNow.ms + 1}), "pass");
    set.drop_expired(kNow);
    EXPECT_EQ(set.lists[0].batches.size(), 1U);
    set.drop_expired(Instant{kNow.ms + 1});
    EXPECT_TRUE(set.lists[0].batches.empty());
}

TEST(revocation, a_filter_alone_never_says_revoked_and_never_green) {
    for (const RevocationForm form : {RevocationForm::bloom, RevocationForm::partial}) {
        auto entries = numbered(0, 50);
        entries.push_back(entry(kUvci));
        const auto filter = batch_of(RevokedBy::uvci, form, entries, Instant{0}, 1e-6);
        EXPECT_EQ(answer(asked(), set_of(fresh_list({filter}))), "notChecked revoked-possibly");
        EXPECT_EQ(answer(asked("URN:UVCI:01:VN:STRANGER"), set_of(fresh_list({filter}))), "pass");
        const auto exact = batch_of(RevokedBy::uvci, RevocationForm::exact, {entry(kUvci)}, Instant{0});
        EXPECT_EQ(answer(asked(), set_of(fresh_list({filter, exact}))), "fail revoked") << "an exact list confirms it";
    }
}

TEST(revocation, withdrawn_keys_and_revoked_signers) {
    RevocationSet set = set_of(fresh_list({}));
    withdraw_key(set, Scheme::hcert, Bytes(8, 9));
    EXPECT_EQ(answer(asked(), set), "pass");
    withdraw_key(set, Scheme::hcert, kKid);
    withdraw_key(set, Scheme::hcert, kKid);
    EXPECT_EQ(answer(asked(), set), "fail revoked-key");
    EXPECT_EQ(set.withdrawn_keys.size(), 2U * 17);
    RevocationQuery card = asked();
    card.scheme = Scheme::smart_health_card;
    EXPECT_EQ(answer(card, set), "notChecked list-missing") << "a kid is withdrawn in its own scheme";

    const Bytes authority(20, 3);
    RevocationQuery travel;
    travel.scheme = Scheme::icao_vds;
    travel.authority_key = authority;
    travel.serial = {0x12, 0x34};
    const Bytes serial{0x12, 0x34};
    const auto crl =
        set_of(fresh_list({batch_of(RevokedBy::serial, RevocationForm::exact, {revocation_entry(serial)}, Instant{0})},
                          authority, Scheme::icao_vds));
    EXPECT_EQ(answer(travel, crl), "fail revoked-key");
    travel.serial = {0x12, 0x35};
    EXPECT_EQ(answer(travel, crl), "pass");
    travel.authority_key = Bytes(20, 4);
    EXPECT_EQ(answer(travel, crl), "notChecked list-missing");
}

Json card_crl(Json rids) {
    return {{"kid", to_base64url(Bytes(32, 5))}, {"method", "rid"}, {"ctr", 3}, {"rids", std::move(rids)}};
}

TEST(revocation, cards_by_rid_before_a_time_and_under_the_counter_of_the_key) {
    const auto list = card_list_from_json(card_crl({"abc", "def.1750000000"}), kNow, Instant{kNow.ms + kDayMs});
    ASSERT_TRUE(list) << list.error().detail;
    const RevocationSet set = set_of(*list);
    RevocationQuery card;
    card.scheme = Scheme::smart_health_card;
    card.kid = Bytes(32, 5);
    card.crl_version = 3;
    card.issued_at = Instant{1'749'999'999'000};
    for (const auto& [rid, expected] : std::vector<std::pair<std::string, std::string>>{
             {"abc", "fail revoked"}, {"def", "fail revoked"}, {"ghi", "pass"}, {"", "pass"}}) {
        card.rid = rid;
        EXPECT_EQ(answer(card, set), expected) << rid;
    }
    card.rid = "def";
    card.issued_at = Instant{1'750'000'000'000};
    EXPECT_EQ(answer(card, set), "pass") << "issued at that second, so not before it";
    card.issued_at = std::nullopt;
    EXPECT_EQ(answer(card, set), "fail revoked") << "no date is no excuse";
    card.rid = "ghi";
    card.crl_version = 4;
    EXPECT_EQ(answer(card, set), "notChecked list-stale") << "the key knows of a newer list";
}

TEST(revocation, of_two_dates_for_one_card_the_one_that_revokes_most_stands) {
    const auto dated = [](std::uint64_t before) {
        Bytes one = entry("abc");
        put_number(one, before, 5);
        return one;
    };
    for (const auto& [first, second, stands] :
         std::vector<std::array<std::uint64_t, 3>>{{5, 9, 9}, {9, 5, 9}, {0, 9, 0}}) {
        const auto batch =
            batch_of(RevokedBy::card, RevocationForm::dated, {dated(first), dated(second), entry("x")}, Instant{0});
        EXPECT_EQ(batch.data.size(), 2 * kDatedEntryBytes);
        EXPECT_TRUE(RevocationSet::parse(to_bytes(set_of(fresh_list({batch})))));
        const auto at = find_entry(batch.data, kDatedEntryBytes, dated(stands));
        EXPECT_TRUE(at) << stands;
    }
}

TEST(revocation, card_lists_are_read_strictly) {
    const auto refused = [](const Json& crl) {
        const auto list = card_list_from_json(crl, kNow, kNow);
        return !list && list.error().rule == "revocation.crl";
    };
    EXPECT_TRUE(refused(card_crl({"abc", "abc"})));
    EXPECT_TRUE(refused(card_crl({"abc", "abc.1750000000"})));
    EXPECT_TRUE(refused(card_crl({"a+c"})));
    EXPECT_TRUE(refused(card_crl({"a234567890123456789012345"}))) << "25 characters";
    EXPECT_FALSE(refused(card_crl({"a23456789012345678901234"}))) << "24 characters";
    EXPECT_TRUE(refused(card_crl({"abc."})));
    EXPECT_TRUE(refused(card_crl({"abc.12x"})));
    EXPECT_TRUE(refused(card_crl({1})));
    Json crl = card_crl({"abc"});
    crl["method"] = "rids";
    EXPECT_TRUE(refused(crl));
    crl = card_crl({"abc"});
    crl["ctr"] = 0;
    EXPECT_TRUE(refused(crl));
    EXPECT_TRUE(refused(Json("text")));
}

TEST(revocation, batches_of_the_gateway) {
    const Json batch{{"country", "DE"},
                     {"expires", "2025-12-01T00:00:00+01:00"},
                     {"kid", to_base64(kKid)},
                     {"hashType", "UCI"},
                     {"entries", Json::array({{{"hash", to_base64(entry(kUvci))}}})}};
    const auto list = list_from_eu_batch(batch, kNow, Instant{kNow.ms + kDayMs});
    ASSERT_TRUE(list) << list.error().detail;
    EXPECT_EQ(list->key, kKid);
    EXPECT_EQ(answer(asked(), set_of(*list)), "fail revoked");
    for (const auto& [key, value] :
         std::vector<std::pair<std::string, Json>>{{"hashType", "MD5"},
                                                   {"expires", "soon"},
                                                   {"country", "DEU"},
                                                   {"entries", "x"},
                                                   {"entries", Json::array({{{"hash", to_base64(Bytes(15, 1))}}})}}) {
        Json broken = batch;
        broken[key] = value;
        EXPECT_FALSE(list_from_eu_batch(broken, kNow, kNow)) << key;
    }
    Json all = batch;
    all["kid"] = "UNKNOWN_KID";
    EXPECT_TRUE(list_from_eu_batch(all, kNow, kNow)->key.empty());
}

Verdict judged_with(const std::string& code, const TrustBundle& trust, const RevocationSet& set, Instant now = kNow) {
    const Knowledge known{&trust, &set};
    const Inspection inspection = inspect(code, known);
    return judge(inspection, Prover().prove(inspection.checks), now, known);
}

TEST(revocation, a_verdict_asks_the_lists_by_identifier_and_by_signature) {
    for (const Algorithm algorithm : {Algorithm::es256, Algorithm::ps256}) {
        const Issuer issuer = issuer_with(algorithm);
        const TrustBundle trust = bundle_of({issuer.signer});
        const std::string code = code_for(issuer);
        const auto with = [&](RevocationBatch batch) {
            return judged_with(code, trust, set_of(fresh_list({std::move(batch)}, issuer.signer.kid)));
        };
        EXPECT_EQ(with(batch_of(RevokedBy::uvci, RevocationForm::exact, {entry("other")}, Instant{0})).summary,
                  Summary::valid);
        const Verdict by_id = with(batch_of(RevokedBy::uvci, RevocationForm::exact, {entry(kUvci)}, Instant{0}));
        EXPECT_EQ(said(by_id.axes.revocation), "fail revoked");
        EXPECT_EQ(by_id.summary, Summary::invalid);
        const Bytes& signature = by_id.inspection.checks.at(0).signature;
        const auto counted = algorithm == Algorithm::es256 ? std::span(signature).first(32) : std::span(signature);
        const auto batch =
            batch_of(RevokedBy::signature, RevocationForm::exact, {revocation_entry(counted)}, Instant{0});
        EXPECT_EQ(with(batch).summary, Summary::invalid);
        const Verdict possible = with(batch_of(RevokedBy::uvci, RevocationForm::bloom, {entry(kUvci)}, Instant{0}));
        EXPECT_EQ(said(possible.axes.revocation), "notChecked revoked-possibly");
        EXPECT_EQ(possible.summary, Summary::not_checked) << "never green";
        const RevocationSet old = set_of(fresh_list({}, issuer.signer.kid));
        EXPECT_EQ(judged_with(code, trust, old).summary, Summary::valid);
        EXPECT_EQ(judged_with(code, trust, old, Instant{kNow.ms + 2 * kDayMs}).summary, Summary::not_checked)
            << "stale data never shows green";
        EXPECT_EQ(judged_with(code, trust, {}).summary, Summary::valid) << "no list at all is shown beside the answer";
    }
}

TEST(revocation, a_set_is_written_and_read_and_nothing_broken_is_taken) {
    RevocationSet set = set_of(
        fresh_list({batch_of(RevokedBy::uvci, RevocationForm::exact, numbered(0, 30), Instant{kNow.ms / 1000 * 1000}),
                    batch_of(RevokedBy::signature, RevocationForm::bloom, numbered(0, 30), Instant{0}),
                    batch_of(RevokedBy::id, RevocationForm::partial, numbered(0, 30), Instant{0})}));
    set.lists[0].as_of = kNow;
    withdraw_key(set, Scheme::divoc, bytes_of("did:india"));
    merge_list(set, *card_list_from_json(card_crl({"abc", "def.1750000000"}), kNow, kNow));
    const Bytes bytes = to_bytes(set);
    const auto read = RevocationSet::parse(bytes);
    ASSERT_TRUE(read) << read.error().detail;
    EXPECT_EQ(*read, set);
    EXPECT_EQ(to_bytes(*read), bytes);
    for (std::size_t cut = 0; cut < bytes.size(); ++cut)
        EXPECT_FALSE(RevocationSet::parse(std::span(bytes).first(cut))) << cut;
    Bytes longer = bytes;
    longer.push_back(0);
    EXPECT_FALSE(RevocationSet::parse(longer));
}

TEST(revocation, entries_out_of_order_are_no_list) {
    auto batch = batch_of(RevokedBy::uvci, RevocationForm::exact, numbered(0, 2), Instant{0});
    std::rotate(batch.data.begin(), batch.data.begin() + kRevocationEntryBytes, batch.data.end());
    EXPECT_FALSE(RevocationSet::parse(to_bytes(set_of(fresh_list({batch})))));
    batch.data.resize(kRevocationEntryBytes + 1);
    EXPECT_FALSE(RevocationSet::parse(to_bytes(set_of(fresh_list({batch})))));
    RevocationList nobody = fresh_list({}, {});
    nobody.country.clear();
    EXPECT_FALSE(RevocationSet::parse(to_bytes(set_of(nobody)))) << "a list for neither a key nor a state";
}

RC_GTEST_PROP(filters, never_miss_what_was_written,
              (std::vector<std::vector<std::uint8_t>> written, std::uint8_t power)) {
    std::vector<Bytes> entries;
    for (const auto& bytes : written) entries.push_back(revocation_entry(bytes));
    const double rate = std::pow(10.0, -1 - power % 8);
    const Bytes bloom = bloom_filter_of(entries, rate);
    const Bytes partial = partial_hashes_of(entries, rate);
    const auto bloom_filter = BloomFilter::read(bloom);
    const auto partial_filter = PartialHashes::read(partial);
    RC_ASSERT(bloom_filter.has_value());
    RC_ASSERT(partial_filter.has_value());
    RC_ASSERT(partial_filter->is_sorted());
    for (const Bytes& one : entries) {
        RC_ASSERT(bloom_filter->may_contain(one));
        RC_ASSERT(partial_filter->may_contain(one));
    }
}

TEST(filters, false_hits_stay_near_the_rate) {
    const auto entries = numbered(0, 2000);
    const auto strangers = numbered(1'000'000, 20'000);
    for (const double rate : {0.05, 0.01, 0.001}) {
        const Bytes bloom = bloom_filter_of(entries, rate);
        const Bytes partial = partial_hashes_of(entries, rate);
        const auto hits = [&strangers](const auto& filter) {
            return std::count_if(strangers.begin(), strangers.end(),
                                 [&](const Bytes& one) { return filter->may_contain(one); });
        };
        const double allowed = 20'000 * rate;
        // Five standard deviations of a binomial count above the mean.
        EXPECT_LE(static_cast<double>(hits(BloomFilter::read(bloom))), allowed * 1.1 + 5 * std::sqrt(allowed)) << rate;
        EXPECT_LE(static_cast<double>(hits(PartialHashes::read(partial))), allowed + 5 * std::sqrt(allowed)) << rate;
    }
}

TEST(filters, broken_filters_are_refused) {
    const Bytes good = bloom_filter_of(numbered(0, 10), 0.01);
    ASSERT_TRUE(BloomFilter::read(good));
    for (std::size_t cut = 0; cut < good.size(); ++cut) EXPECT_FALSE(BloomFilter::read(std::span(good).first(cut)));
    for (const std::size_t at : {std::size_t{1}, std::size_t{3}, std::size_t{16}}) {
        Bytes bad = good;
        bad[at] = static_cast<std::uint8_t>(bad[at] ^ 0x40);
        EXPECT_FALSE(BloomFilter::read(bad)) << at;
    }
    Bytes no_rounds = good;
    no_rounds[2] = 0;
    EXPECT_FALSE(BloomFilter::read(no_rounds));
    const Bytes partial = partial_hashes_of(numbered(0, 10), 0.01);
    for (std::size_t cut = 0; cut < partial.size(); ++cut)
        EXPECT_FALSE(PartialHashes::read(std::span(partial).first(cut)));
}

/// The words of a filter as the published vectors carry them: base64 of a text "[1, -2, ...]".
std::vector<std::int64_t> numbers_in(std::string_view base64) {
    const auto text = from_base64(base64);
    const auto json = parse_json(std::string(text->begin(), text->end()));
    return json->get<std::vector<std::int64_t>>();
}

std::string corpus_file(const char* name) {
    std::ifstream in(std::string(LACHAN_CORPUS_ROOT) + "/certificates/shared/revocation/" + name);
    return std::string(std::istreambuf_iterator<char>(in), {});
}

/// Rates are the only numbers of the vectors that are no integers, and nothing here needs them.
Json rows_of(const std::string& text) { return Json::parse(text, nullptr, false); }

TEST(filters, published_vectors_bit_by_bit) {
    const std::string text = corpus_file("bloom_testcase1.json");
    if (text.empty()) GTEST_SKIP() << "no corpus";
    int asked = 0;
    for (const Json& row : rows_of(text)) {
        const auto bits = numbers_in(text_at(row, "filter"));
        const auto exists = parse_json(text_at(row, "exists"));
        for (std::size_t i = 0; i < row["data"].size(); ++i) {
            const std::string element = row["data"][i];
            const auto index = bloom_index(bytes_of(element), 0, static_cast<std::uint32_t>(bits.size()));
            EXPECT_EQ(bits[index], (*exists)[i].get<int>()) << element << " of " << bits.size();
            ++asked;
        }
    }
    EXPECT_EQ(asked, 6);
}

TEST(filters, published_vectors_in_words_hold_what_was_written) {
    const std::string text = corpus_file("bloom_filter-test.json");
    if (text.empty()) GTEST_SKIP() << "no corpus";
    int found = 0;
    for (const Json& row : rows_of(text)) {
        Bytes filter;
        put_number(filter, 1, 2);
        put_number(filter, static_cast<std::uint64_t>(int_at(row, "k")), 1);
        put_number(filter, 0, 1);
        put_number(filter, 0, 4 + 4);
        put_number(filter, row["data"].size(), 4);
        const auto words = numbers_in(text_at(row, "filter"));
        put_number(filter, words.size(), 4);
        for (const std::int64_t word : words) put_number(filter, static_cast<std::uint32_t>(word), 4);
        const auto read = BloomFilter::read(filter);
        ASSERT_TRUE(read) << read.error().detail;
        for (std::size_t i = 0; i < row["data"].size(); ++i) {
            if (row["written"][i] != 1) continue;
            EXPECT_TRUE(read->may_contain(bytes_of(row["data"][i].get_ref<const std::string&>())));
            ++found;
        }
    }
    EXPECT_EQ(found, 8);
}

}  // namespace
}  // namespace lachan::certificate
