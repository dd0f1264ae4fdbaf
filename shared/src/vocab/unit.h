#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/result.h"
#include "kernel/time.h"

namespace lachan {

/// The code that stands for the whole country, above every province.
inline constexpr std::string_view kNation = "VN";

/// One administrative unit during one period of its life. The views point into the list that the unit belongs to.
struct Unit {
    std::string_view code;                     ///< GSO: 2 digits province, 3 district, 5 commune
    int level = 0;                             ///< 1 province, 2 district, 3 commune
    std::string_view parent;                   ///< code of the unit above; "" for a province
    std::string_view name;                     ///< official and complete: "Phường Bến Nghé"
    std::string_view kind;                     ///< "Phường", the first word or words of the name
    Day valid_from;                            ///< first day; Units::kAlways when the list does not say
    Day valid_to;                              ///< last day; Units::kForever while it goes on
    std::vector<std::string_view> successors;  ///< who took over after `valid_to`; more than one after a split
};

/// The dated list of administrative units. What is true of a unit is asked for a day: a merger never rewrites what was
/// recorded before it. Small enough for a phone: one copy of the text, everything else points into it.
class Units {
public:
    static constexpr Day kAlways{INT32_MIN};
    static constexpr Day kForever{INT32_MAX};

    struct Hit {
        const Unit* unit = nullptr;
        int score = 0;  ///< 1000 the very name .. 600 by the start of words, below that by similarity
    };

    /// A list without units; only the nation is known.
    Units();
    Units(Units&&) noexcept;
    Units& operator=(Units&&) noexcept;
    ~Units();

    /// Reads units.txt: lines of code|level|parent|name|kind|validFrom|validTo|successors, in byte order of code, a
    /// unit with several periods on several lines, oldest first. Errc::malformed with rule unit.list; the detail names
    /// line and field.
    static Result<Units> parse(std::string_view text);

    /// The unit that had `code` on the day `at`; nullptr when there was none.
    const Unit* find(std::string_view code, Day at) const;

    /// Whether `ancestor` is responsible for `code` on the day `at`: they are the same, or one lies above the other. A
    /// unit that has ended by then is looked for where its successors lie, and counts only when all of them do.
    bool covers(std::string_view ancestor, std::string_view code, Day at) const;

    /// Codes from the province down, "79/760/26740"; "" when the unit is unknown on that day, "VN" for the nation.
    std::string path(std::string_view code, Day at) const;

    /// Units above on that day, the nearest first: where a parent has ended, its one successor.
    std::vector<const Unit*> above(std::string_view code, Day at) const;

    /// The province that the list gives for `code`, whatever the day; "" when unknown. Never follows a merger: for what
    /// is kept under the codes of its own time. A record goes by `path` on the day it was made.
    std::string province_of(std::string_view code) const;

    /// Units directly below on that day, in order of code: also those of units that were merged into this one before.
    std::vector<const Unit*> children(std::string_view code, Day at) const;

    /// The levels that have units on that day: 1 2 3 before the reform of 2025, 1 3 in a list that ends the districts.
    std::vector<int> levels(Day at) const;

    /// The last day, `at` or later, before which no unit begins or ends: until then every answer about a day is the same.
    Day steady_until(Day at) const;

    /// Units whose name fits `query`, best first: case and diacritics do not matter, words may be begun only, words of
    /// the units above may follow ("ben nghe quan 1"), and when that finds too few, names that look alike.
    std::vector<Hit> search(std::string_view query, Day at, std::size_t limit) const;

    /// Who answers for `code` on the day `at`: itself while it lives, then its successors, theirs, and so on.
    std::vector<const Unit*> successors_at(std::string_view code, Day at) const;

    std::size_t size() const;

private:
    struct List;
    explicit Units(std::unique_ptr<const List> list);
    std::unique_ptr<const List> list_;
};

}  // namespace lachan
