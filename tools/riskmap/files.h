#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/csv.h"
#include "riskmap/workshop.h"

namespace lachan::riskmap_files {

/// The rows of a CSV text, at least one. Errors name the file: those of the reader, and riskmap.file for a text without rows.
Result<std::vector<CsvRow>> rows_of(const std::string& name, const std::string& text);

/// Units by name, as files of counts write them: without the kind, in any spelling of case and marks.
class Names {
public:
    Names(const Units& units, const riskmap::Country& country, Day day);

    /// Place of the unit of that name below `parent` (-1: of a province); -1 when there is none, -2 when there are several.
    int find(int parent, std::string_view name) const;

private:
    std::map<std::pair<int, std::string>, std::vector<int>> by_name_;
};

/// What files say goes into the figures of a country. What cannot be used is told, line by line (a unit that is not known once for all its
/// lines), and left out: never mended.
class Files {
public:
    using Tell = std::function<void(const std::string& what)>;
    Files(const Units& units, riskmap::Country& country, Day day, Tell tell) : names_(units, country, day), country_(country), tell_(std::move(tell)) {}

    /// Counts of one measure, in one of the forms (the first line says which):
    ///   province,district,commune,date,cases     names, a row a day; the deepest name counts
    ///   code,date,cases                          GSO codes (also: code,day,... and province,date,...)
    ///   date,NAME,NAME,...                       a row a day, a column a province
    ///   id,D/M/YYYY,...                          a row a province, a column a day; `ids` says which province an id is
    /// A number too many to be a day's is told and kept. Errc::malformed with rule riskmap.file.
    Result<void> read_counts(const std::string& name, const std::string& text, riskmap::Measure measure, const std::string& ids = "");

    /// code,measure,source,date,value of any measure.
    Result<void> read_figures(const std::string& name, const std::string& text);

    /// People, in one of the forms: level1_id,level2_id,level3_id,name,population,...; code,name,population_thousand; code,population; two
    /// columns of province names and thousands. They count from the first day that a level can be asked for.
    Result<void> read_people(const std::string& name, const std::string& text);

    /// Gives zero to every unit and day that a file of names or codes covers (the units of its level, its first to its last day) and has no
    /// row for: right for files that list only days with cases. Not to communes of a district in which a name was not found: its cases may be
    /// theirs.
    void fill_with_zero();

    /// Gives the value to every unit that has none of that measure.
    void assume(riskmap::Measure measure, std::int64_t value, Day day);

    int flagged() const { return flagged_; }

    /// The first and the last day of any value of the measure; the first is after the last when there is none.
    std::pair<Day, Day> days_of(riskmap::Measure measure) const;
    const Names& names() const { return names_; }

private:
    struct Cover {
        riskmap::Measure measure;
        std::string source;
        int level = 0;
        Day first{INT32_MAX};
        Day last{INT32_MIN};
    };
    /// A unit that is not known is told once for a file, with how many lines name it: after all else that is told of the file.
    struct Stray {
        std::string what;
        std::size_t line = 0;  ///< the first
        int lines = 0;
    };
    class Strays {
    public:
        void add(const std::string& what, std::size_t line);
        const std::vector<Stray>& all() const { return all_; }

    private:
        std::map<std::string, std::size_t> places_;
        std::vector<Stray> all_;
    };
    void flag(const std::string& what);
    void flag(const std::string& name, const Strays& strays);
    void put(int place, riskmap::Measure measure, const std::string& source, Day day, std::int64_t value);
    void look_for_slips(const std::string& name, riskmap::Measure measure, const std::string& source);

    Names names_;
    riskmap::Country& country_;
    Tell tell_;
    int flagged_ = 0;
    std::vector<Cover> covers_;
    std::set<int> unsure_;  ///< districts in which a name was not found
};

}  // namespace lachan::riskmap_files
