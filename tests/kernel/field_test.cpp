#include "kernel/field.h"

#include <gtest/gtest.h>

namespace lachan {

struct Stay {
    Text place;
    Date from;
};

template <>
const FieldList& fields_of<Stay>() {
    static const FieldList list{{field<&Stay::place>("place").required(), field<&Stay::from>("from").required()}};
    return list;
}

namespace {

struct Form {
    Text name;
    Integer temperature_dc;
    Answer travelled;
    std::vector<Stay> stays;
    Text sex;
    Text note;
};

const FieldList& form() {
    static const FieldList list{{
        field<&Form::name>("name").required().within(2, 10).rule("form.name"),
        field<&Form::temperature_dc>("temperatureDc").within(340, 430).rule("form.temperature"),
        field<&Form::travelled>("travelled").required(),
        field<&Form::stays>("stays").required().within(1, 2).when("travelled", true),
        field<&Form::sex>("sex").choices({"male", "female"}),
        field<&Form::note>("note").control("textarea"),
    }};
    return list;
}

std::string said(const Json& body) {
    std::string text;
    for (const Violation& violation : check_shape(form(), body)) text += violation.field + ':' + violation.rule + ' ';
    return text;
}

TEST(field, a_whole_answer_has_no_violation) {
    EXPECT_EQ(said({{"name", "Lê"}, {"travelled", false}}), "");
    EXPECT_EQ(said({{"name", "Lê"}, {"travelled", true}, {"stays", {{{"place", "79"}, {"from", "2021-07-01"}}}}}), "");
}

TEST(field, everything_wrong_is_told_at_once_with_its_path) {
    EXPECT_EQ(said({{"name", "L"}, {"temperatureDc", 500}, {"travelled", true}, {"stays", {{{"from", "2021-02-30"}}}}, {"sex", "x"}}),
              "name:form.name temperatureDc:form.temperature stays[0].place:field.required stays[0].from:field.day sex:field.choice ");
}

TEST(field, not_answered_is_not_no) {
    EXPECT_EQ(said({{"name", "Lê"}}), "travelled:field.required ");
    EXPECT_EQ(said({{"name", "Lê"}, {"travelled", nullptr}}), "travelled:field.required ");
}

TEST(field, a_field_that_does_not_apply_is_refused) {
    EXPECT_EQ(said({{"name", "Lê"}, {"travelled", false}, {"stays", Json::array()}}), "stays:field.not_applicable ");
}

TEST(field, unknown_keys_are_named_only_when_they_are_words) {
    EXPECT_EQ(said({{"name", "Lê"}, {"travelled", false}, {"extra", 1}}), "extra:field.unknown ");
    EXPECT_EQ(said({{"name", "Lê"}, {"travelled", false}, {"<script>", 1}}), "?:field.unknown ");
    // Before the first, between two and after the last of the list, in the order of the body.
    EXPECT_EQ(said({{"AA", 1}, {"name", "Lê"}, {"p", 1}, {"travelled", false}, {"zz", 1}}),
              "AA:field.unknown p:field.unknown zz:field.unknown ");
}

TEST(field, wrong_types_are_told_for_every_kind_of_value) {
    for (const Json& wrong : {Json(1), Json(true), Json::array(), Json::object()}) {
        EXPECT_EQ(said({{"name", wrong}, {"travelled", false}}), "name:field.type ");
    }
    EXPECT_EQ(said({{"name", "Lê"}, {"travelled", "false"}}), "travelled:field.type ");
    EXPECT_EQ(said(Json::array()), ":field.type ");
    EXPECT_EQ(said({{"name", "Lê"}, {"travelled", true}, {"stays", {1}}}), "stays[0]:field.type ");
}

TEST(field, hidden_and_decomposed_text_is_refused) {
    EXPECT_EQ(said({{"name", "L\u200Be"}, {"travelled", false}}), "name:field.text ");
    EXPECT_EQ(said({{"name", "Le\u0302"}, {"travelled", false}}), "name:field.text ");
    EXPECT_EQ(said({{"name", "   "}, {"travelled", false}}), "name:field.required ");
    EXPECT_EQ(said({{"name", "Lê"}, {"travelled", false}, {"note", "một\nhai"}}), "");
    EXPECT_EQ(said({{"name", "L\nê"}, {"travelled", false}}), "name:field.text ");
}

TEST(field, length_counts_characters_not_bytes) {
    EXPECT_EQ(said({{"name", "ĐĐĐĐĐĐĐĐĐĐ"}, {"travelled", false}}), "");
    EXPECT_EQ(said({{"name", "ĐĐĐĐĐĐĐĐĐĐĐ"}, {"travelled", false}}), "name:form.name ");
    EXPECT_EQ(said({{"name", "Lê"}, {"travelled", false}, {"note", std::string(501, 'a')}}), "note:field.length ");
}

TEST(field, writing_is_the_inverse_of_reading) {
    const Json body{{"name", "Lê"}, {"travelled", true}, {"temperatureDc", 372}, {"stays", {{{"place", "79"}, {"from", "2021-07-01"}}}}};
    EXPECT_EQ(write_record(form(), read_record<Form>(form(), body)), body);
    const Json least{{"name", "Lê"}, {"travelled", false}};
    EXPECT_EQ(write_record(form(), read_record<Form>(form(), least)), least);
}

TEST(field, the_description_carries_bounds_and_conditions) {
    const Json described = describe(form());
    EXPECT_EQ(described[0]["maxLength"], 10);
    EXPECT_EQ(described[1]["min"], 340);
    EXPECT_EQ(described[3]["when"], (Json{{"field", "travelled"}, {"equals", true}}));
    EXPECT_EQ(described[3]["fields"].size(), 2u);
}

}  // namespace
}  // namespace lachan
