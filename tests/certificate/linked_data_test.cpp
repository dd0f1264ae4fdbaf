// The graph of a credential and its canonical form. That whole credentials come out as two other processors write them is shown by
// tests/wasm/divoc.test.mjs; here are the graphs that are hard to name, and what is refused.

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iterator>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "certificate/linked_contexts.h"
#include "certificate/linked_data.h"
#include "certificate/rdf_canon.h"

namespace lachan::certificate {
namespace {

// Canonical graphs

Json vectors() {
    std::ifstream in(std::string(LACHAN_SOURCE_ROOT) + "/tests/certificate/canonical_graphs.json");
    return Json::parse(std::string(std::istreambuf_iterator<char>(in), {}));
}

std::vector<Statement> statements_of(const Json& list) {
    std::vector<Statement> statements;
    for (const Json& one : list) statements.push_back({one[0], one[1], one[2]});
    return statements;
}

std::string canonical_of(const std::vector<Statement>& statements) {
    const auto text = canonical_graph(statements);
    return text ? *text : text.error().rule;
}

/// The same graph under other labels, in another order, some of it said twice.
std::vector<Statement> disguised(std::vector<Statement> statements, std::mt19937& random) {
    std::map<std::string, std::string> labels;
    for (const Statement& one : statements) {
        for (const std::string* part : {&one.subject, &one.object}) {
            if (is_blank(*part)) labels[*part];
        }
    }
    std::vector<int> numbers(labels.size());
    for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = static_cast<int>(i);
    std::shuffle(numbers.begin(), numbers.end(), random);
    std::size_t next = 0;
    for (auto& [from, to] : labels) to = "_:z" + std::to_string(numbers[next++]);
    for (Statement& one : statements) {
        for (std::string* part : {&one.subject, &one.object}) {
            if (is_blank(*part)) *part = labels[*part];
        }
    }
    statements.push_back(statements[random() % statements.size()]);
    std::shuffle(statements.begin(), statements.end(), random);
    return statements;
}

TEST(canonical_graph, is_what_another_processor_writes_whatever_the_labels) {
    std::mt19937 random(7);
    for (const Json& one : vectors()) {
        const std::string id = one["id"];
        const auto statements = statements_of(one["statements"]);
        EXPECT_EQ(canonical_of(statements), one["canonical"]) << id;
        for (int i = 0; i < 20; ++i) EXPECT_EQ(canonical_of(disguised(statements, random)), one["canonical"]) << id;
    }
}

TEST(canonical_graph, random_graphs_keep_their_form_under_other_labels_and_lose_it_with_an_edge) {
    std::mt19937 random(11);
    for (int i = 0; i < 300; ++i) {
        std::vector<Statement> statements;
        const unsigned nodes = 2 + static_cast<unsigned>(random() % 6);
        for (unsigned edges = 1 + static_cast<unsigned>(random() % 9); edges > 0; --edges) {
            statements.push_back({"_:" + std::to_string(random() % nodes), random() % 3 == 0 ? "<urn:q>" : "<urn:p>",
                                  random() % 5 == 0 ? "\"x\"" : "_:" + std::to_string(random() % nodes)});
        }
        const std::string form = canonical_of(statements);
        ASSERT_NE(form, "graph-limit");
        EXPECT_EQ(canonical_of(disguised(statements, random)), form);
        auto more = statements;
        more.push_back({statements[0].subject, "<urn:other>", statements[0].object});
        EXPECT_NE(canonical_of(more), form);
    }
}

TEST(canonical_graph, hostile_graph_is_given_up_before_it_costs_anything) {
    for (const int nodes : {9, 12, 40}) {
        std::vector<Statement> everyone;
        for (int from = 0; from < nodes; ++from) {
            for (int to = 0; to < nodes; ++to) {
                if (from != to) everyone.push_back({"_:" + std::to_string(from), "<urn:p>", "_:" + std::to_string(to)});
            }
        }
        const auto start = std::chrono::steady_clock::now();
        EXPECT_EQ(canonical_of(everyone), "graph-limit") << nodes;
        EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(2)) << nodes;
    }
    std::vector<Statement> ring;
    for (int i = 0; i < 2000; ++i) {
        ring.push_back({"_:" + std::to_string(i), "<urn:p>", "_:" + std::to_string((i + 1) % 2000)});
    }
    EXPECT_EQ(canonical_of(ring), "graph-limit");
}

// Credentials

constexpr const char* kCredentials = "https://www.w3.org/2018/credentials/v1";
constexpr const char* kIndia = "https://cowin.gov.in/credentials/vaccination/v1";
constexpr const char* kIndia2 = "https://cowin.gov.in/credentials/vaccination/v2";

Json small() {
    return {{"@context", {kCredentials, kIndia}},
            {"type", {"VerifiableCredential"}},
            {"issuer", "https://example.org/"},
            {"credentialSubject", {{"type", "Person"}, {"id", "did:example:1"}, {"name", "Trần Thị Bưởi"}}}};
}

Json with(Json document, const char* pointer, Json value) {
    document[Json::json_pointer(pointer)] = std::move(value);
    return document;
}

/// The canonical text of a credential, or the rule it is refused by.
std::string graph_of(const Json& document) {
    const auto read = read_credential(document);
    return read ? canonical_of(read->statements) : read.error().rule;
}

TEST(linked_data, credential_is_the_graph_that_its_issuer_signed) {
    EXPECT_EQ(graph_of(small()),
              "<did:example:1> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://schema.org/Person> .\n"
              "<did:example:1> <https://schema.org/name> \"Trần Thị Bưởi\" .\n"
              "_:c14n0 <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> "
              "<https://www.w3.org/2018/credentials#VerifiableCredential> .\n"
              "_:c14n0 <https://www.w3.org/2018/credentials#credentialSubject> <did:example:1> .\n"
              "_:c14n0 <https://www.w3.org/2018/credentials#issuer> <https://example.org/> .\n");
}

TEST(linked_data, proof_is_no_part_of_the_document) {
    EXPECT_EQ(graph_of(with(small(), "/proof", {{"type", "Ed25519Signature2018"}})), graph_of(small()));
}

TEST(linked_data, value_is_written_as_processors_write_it) {
    const std::pair<Json, const char*> rows[]{
        {"two \"words\"\\\n\r\t", R"("two \"words\"\\\n\r)"
                                  "\t\""},
        {1, "\"1\"^^<http://www.w3.org/2001/XMLSchema#integer>"},
        {2.0, "\"2\"^^<http://www.w3.org/2001/XMLSchema#integer>"},
        {true, "\"true\"^^<http://www.w3.org/2001/XMLSchema#boolean>"},
        {0.1, "\"1.0E-1\"^^<http://www.w3.org/2001/XMLSchema#double>"},
        {-12.5, "\"-1.25E1\"^^<http://www.w3.org/2001/XMLSchema#double>"},
        {9.95, "\"9.949999999999999E0\"^^<http://www.w3.org/2001/XMLSchema#double>"},
        {3.0000152587890625, "\"3.000015258789063E0\"^^<http://www.w3.org/2001/XMLSchema#double>"},
        {1e-6, "\"1.0E-6\"^^<http://www.w3.org/2001/XMLSchema#double>"},  // nearer to it than to its last nine
        {2251799813685249.5, "\"2.25179981368525E15\"^^<http://www.w3.org/2001/XMLSchema#double>"},
        {99999.99999999999, "\"9.999999999999999E4\"^^<http://www.w3.org/2001/XMLSchema#double>"},
    };
    for (const auto& [value, written] : rows) {
        const auto read = read_credential(with(small(), "/credentialSubject/age", value));
        ASSERT_TRUE(read) << value.dump();
        const bool is_there = std::any_of(read->statements.begin(), read->statements.end(), [&](const Statement& one) {
            return one.predicate == "<https://schema.org/Number>" && one.object == written;
        });
        EXPECT_TRUE(is_there) << value.dump();
    }
    for (const Json& value : {Json(1e-7), Json(1e21), Json(-9007199254740994.0), Json(9007199254740993), Json(-0.0)}) {
        EXPECT_EQ(graph_of(with(small(), "/credentialSubject/age", value)), "graph-unsupported") << value.dump();
    }
}

TEST(linked_data, what_no_context_has_falls_away_and_is_named) {
    Json document = small();
    document["credentialSubject"]["dob"] = "1988-02-29";
    document["credentialSubject"]["<b>"] = "x";
    document["credentialSubject"]["email"] = nullptr;
    document["version"] = {{"@id", "x"}};
    const auto read = read_credential(document);
    ASSERT_TRUE(read);
    EXPECT_EQ(canonical_of(read->statements), graph_of(small()));
    EXPECT_EQ(read->uncovered, (std::vector<std::string>{"credentialSubject.?", "credentialSubject.dob", "version"}));
    Json covered = small();
    covered.erase("@context");
    EXPECT_EQ(read->covered, covered);
    document["@context"][1] = kIndia2;
    EXPECT_NE(graph_of(document), graph_of(small())) << "the second version has a day of birth";
}

TEST(linked_data, node_with_a_relative_name_is_in_no_graph) {
    for (const char* id : {"", "relative", "1a:b"}) {
        const auto read = read_credential(with(small(), "/credentialSubject/id", id));
        ASSERT_TRUE(read) << id;
        EXPECT_EQ(read->statements.size(), 2U) << id;
        EXPECT_EQ(read->uncovered, std::vector<std::string>{"credentialSubject"}) << id;
        EXPECT_FALSE(read->covered.contains("credentialSubject")) << id;
    }
    // A space makes no name relative: the processors that signed for India let it pass.
    EXPECT_NE(graph_of(with(small(), "/credentialSubject/id", "did:Aadhaar Card:1")).find("<did:Aadhaar Card:1> <https"),
              std::string::npos);
}

TEST(linked_data, label_of_a_blank_node_is_never_shown_as_signed) {
    const auto read = read_credential(with(small(), "/credentialSubject/id", "_:Passport N1234567"));
    ASSERT_TRUE(read);
    EXPECT_FALSE(read->covered["credentialSubject"].contains("id"));
    EXPECT_EQ(read->uncovered, std::vector<std::string>{"credentialSubject.id"});
    Json unnamed = small();
    unnamed["credentialSubject"].erase("id");
    EXPECT_EQ(graph_of(with(small(), "/credentialSubject/id", "_:other")), graph_of(unnamed)) << "whoever made the text chose it";
}

TEST(linked_data, every_other_way_to_write_a_graph_is_refused) {
    const std::pair<const char*, Json> rows[]{
        {"/credentialSubject/@id", "did:example:1"},
        {"/credentialSubject/@type", "Person"},
        {"/credentialSubject/schema:name", "Another"},
        {"/credentialSubject/https:~1~1schema.org~1name", "Another"},
        {"/credentialSubject/name", {{"@value", "Another"}}},
        {"/credentialSubject/address", {{"@context", kIndia}}},
        {"/credentialSubject/schema", "a prefix is no property"},
        {"/credentialSubject/id", 1},
        {"/credentialSubject/id", "@id"},
        {"/credentialSubject/id", "schema:name"},
        {"/credentialSubject/id", "did:x> <urn:p> \"y"},
        {"/credentialSubject/id", "did:x\n"},
        {"/credentialSubject/id", "_:<x>"},
        {"/credentialSubject/type", {"Person", 1}},
        {"/credentialSubject/type", nullptr},
        {"/credentialSubject/type", "schema"},
        {"/credentialSubject/type", "VerifiablePresentation"},
        {"/holder", {{"type", "Person"}, {"proof", "x"}}},
        // One node in two places: each would show what the graph has only of both.
        {"/holder", {{"type", "Person"}, {"id", "did:example:1"}, {"name", "Another"}}},
    };
    for (const auto& [pointer, value] : rows) {
        EXPECT_EQ(graph_of(with(small(), pointer, value)), "graph-unsupported") << pointer << " " << value.dump();
    }
    EXPECT_NE(graph_of(with(small(), "/holder", {{"id", "did:example:1"}})), "graph-unsupported") << "to name it is no description";
}

TEST(linked_data, only_contexts_of_ours_are_known_and_none_may_change_a_name) {
    for (const Json& context : {Json::array(), Json::array({kCredentials, "https://example.org/context"}), Json(nullptr), Json(1),
                                Json::array({kCredentials, Json::object({{"name", "urn:x"}})}), Json(std::vector<std::string>(9, kIndia))}) {
        EXPECT_EQ(graph_of(with(small(), "/@context", context)), "context-unknown") << context.dump();
    }
    EXPECT_EQ(graph_of(with(small(), "/@context", {kCredentials, kIndia, kIndia2})), "graph-unsupported") << "they differ in Person";
    EXPECT_EQ(graph_of(with(small(), "/@context", {kCredentials, kIndia, kIndia})), graph_of(small()));
    // A type's context holds for its node alone: an address has no `name` of a person, but one of a facility around it.
    Json document = small();
    document["credentialSubject"]["address"] = {{"name", "x"}, {"city", "Hà Nội"}};
    document["evidence"] = Json::array({{{"type", "Vaccination"}, {"facility", {{"address", {{"name", "y"}}}}}}});
    const auto read = read_credential(document);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->uncovered, std::vector<std::string>{"credentialSubject.address.name"});
}

TEST(linked_data, large_document_is_given_up) {
    Json document = small();
    for (int i = 0; i < 2001; ++i) document["credentialSubject"]["uhid"].push_back(i);
    EXPECT_EQ(graph_of(document), "graph-limit");
    Json long_named = with(small(), "/credentialSubject/id", "did:" + std::string(20'000, 'a'));
    long_named["credentialSubject"]["uhid"] = Json::array();
    for (int i = 0; i < 60; ++i) long_named["credentialSubject"]["uhid"].push_back(i);
    EXPECT_EQ(graph_of(long_named), "graph-limit") << "each statement names its subject";
    EXPECT_EQ(graph_of(with(small(), "/type", Json(std::vector<std::string>(21, "VerifiableCredential")))), "graph-limit");
    EXPECT_EQ(graph_of(with(small(), "/type", Json(std::vector<std::string>(2, "VerifiableCredential")))), graph_of(small()));
}

TEST(linked_data, options_of_a_proof_are_read_without_the_signature) {
    const Json proof{{"type", "RsaSignature2018"},
                     {"created", "2021-03-03T04:28:46Z"},
                     {"verificationMethod", "did:india"},
                     {"proofPurpose", "assertionMethod"},
                     {"jws", "a..b"}};
    const auto read = read_proof_options(proof);
    ASSERT_TRUE(read);
    EXPECT_EQ(canonical_of(*read),
              "_:c14n0 <http://purl.org/dc/terms/created> "
              "\"2021-03-03T04:28:46Z\"^^<http://www.w3.org/2001/XMLSchema#dateTime> .\n"
              "_:c14n0 <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://w3id.org/security#RsaSignature2018> .\n"
              "_:c14n0 <https://w3id.org/security#proofPurpose> <https://w3id.org/security#assertionMethod> .\n"
              "_:c14n0 <https://w3id.org/security#verificationMethod> <did:india> .\n");
    // The table has not every name of that context: what it has not may be signed.
    EXPECT_FALSE(read_proof_options(with(proof, "/capability", "x")));
}

}  // namespace
}  // namespace lachan::certificate
