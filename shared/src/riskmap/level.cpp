#include "riskmap/level.h"

#include <algorithm>
#include <charconv>

#include "riskmap/embedded.gen.h"

namespace lachan::riskmap {
namespace {

Error bad_pack(const char* why) { return {Errc::malformed, "riskmap.pack", why}; }
Error bad_population(const char* why) { return {Errc::malformed, "riskmap.population", why}; }

Result<Mark> read_mark(std::string_view word) {
    if (word == "official") return Mark::official;
    if (word == "toConfirm") return Mark::to_confirm;
    return bad_pack("mark is official or toConfirm");
}

Result<std::vector<Band>> read_bands(const Json& list) {
    std::vector<Band> bands;
    if (!list.is_array()) return bad_pack("bands is a list");
    for (const Json& item : list) {
        Band band;
        band.level = static_cast<int>(int_at(item, "level"));
        band.from = int_at(item, "from", -1);
        if (at(item, "below").is_number_integer()) band.below = int_at(item, "below");
        band.mark = TRY(read_mark(text_at(item, "mark")));
        const std::int64_t expected = bands.empty() ? 0 : bands.back().below.value_or(-1);
        if (band.from != expected) return bad_pack("bands begin at 0 and meet");
        if (band.below && *band.below <= band.from) return bad_pack("a band is not empty");
        if (band.level < 1 || band.level > 4) return bad_pack("levels are 1 to 4");
        if (!bands.empty() && band.level <= bands.back().level) return bad_pack("a higher rate gives a higher level");
        bands.push_back(band);
    }
    if (bands.empty() || bands.back().below) return bad_pack("the last band is open");
    return bands;
}

/// Thousands with one decimal ("8246.6") as people.
Result<std::int64_t> read_thousands(std::string_view text) {
    const auto point = text.find('.');
    if (point == std::string_view::npos || point == 0 || text.size() != point + 2) return bad_population("one decimal");
    const std::string digits = std::string(text.substr(0, point)) + text[point + 1];
    std::int64_t tenths = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), tenths);
    if (error != std::errc() || end != digits.data() + digits.size() || tenths <= 0) return bad_population("not a number");
    return tenths * 100;
}

}  // namespace

const char* name_of(Mark mark) { return mark == Mark::official ? "official" : "toConfirm"; }

Mark Pack::mark() const {
    const bool all = std::all_of(bands.begin(), bands.end(), [](const Band& band) { return band.mark == Mark::official; });
    return all ? Mark::official : Mark::to_confirm;
}

const Band* Pack::band_of(std::int64_t cases, std::int64_t people) const {
    if (people <= 0 || cases < 0) return nullptr;
    for (const Band& band : bands) {
        if (!band.below || cases * per < *band.below * people) return &band;
    }
    return nullptr;
}

Result<Pack> read_pack(std::string_view text) {
    const Json json = TRY(parse_json(text));
    Pack pack;
    pack.id = text_at(json, "id");
    pack.version = static_cast<int>(int_at(json, "version"));
    pack.valid_from = TRY(Day::parse(text_at(json, "validFrom")));
    if (at(json, "validTo").is_string()) pack.valid_to = TRY(Day::parse(text_at(json, "validTo")));
    pack.basis = at(json, "basis");
    pack.left_out = at(json, "leftOut");
    pack.window_days = static_cast<int>(int_at(json, "windowDays"));
    pack.per = int_at(json, "per");
    pack.hold_days = static_cast<int>(int_at(json, "holdDays"));
    pack.bands = TRY(read_bands(at(json, "bands")));
    if (pack.id.empty() || pack.version < 1) return bad_pack("id and version");
    if (text_at(json, "measure") != "cases") return bad_pack("only cases are computed");
    if (pack.window_days < 1 || pack.window_days > 60 || pack.hold_days < 0 || pack.hold_days > 60) return bad_pack("days");
    if (pack.per < 1 || pack.per > 1'000'000) return bad_pack("per");
    if (pack.valid_to < pack.valid_from) return bad_pack("validTo lies before validFrom");
    return pack;
}

Result<Populations> Populations::parse(std::string_view csv, Day counted_on) {
    Populations out;
    out.counted_on = counted_on;
    bool header = true;
    while (!csv.empty()) {
        const auto end = std::min(csv.find('\n'), csv.size());
        const std::string_view line = csv.substr(0, end);
        csv.remove_prefix(std::min(end + 1, csv.size()));
        if (header) {
            if (line != "code,name,population_thousand") return bad_population("unknown columns");
            header = false;
            continue;
        }
        if (line.empty()) continue;
        const auto first = line.find(',');
        const auto last = line.rfind(',');
        if (first == std::string_view::npos || first == last) return bad_population("three columns");
        out.entries.push_back({std::string(line.substr(0, first)), TRY(read_thousands(line.substr(last + 1)))});
    }
    return out;
}

Census::Census(const Populations& populations, const Units& units, Day last) : populations_(populations), units_(units) {
    for (const Populations::Entry& entry : populations_.entries) {
        if (populations_.counted_on < last && !units_.find(entry.code, last)) ended_.push_back(&entry);
    }
}

std::optional<std::int64_t> Census::of(std::string_view code, Day day) const {
    const auto& entries = populations_.entries;
    const auto entry = std::find_if(entries.begin(), entries.end(), [&](const auto& e) { return e.code == code; });
    if (entry == entries.end()) return std::nullopt;
    std::int64_t people = entry->people;
    for (const Populations::Entry* other : ended_) {
        if (units_.find(other->code, day)) continue;
        const auto heirs = units_.successors_at(other->code, day);
        const bool here = std::any_of(heirs.begin(), heirs.end(), [&](const Unit* heir) { return heir->code == code; });
        // A province that was split among several has no known part here.
        if (here && heirs.size() != 1) return std::nullopt;
        if (here) people += other->people;
    }
    return people;
}

const Pack* Reference::pack_on(Day day) const {
    for (const Pack& pack : packs) {
        if (pack.valid_from <= day && day <= pack.valid_to) return &pack;
    }
    return nullptr;
}

int Reference::reach() const {
    int days = 0;
    for (const Pack& pack : packs) days = std::max(days, pack.window_days - 1 + pack.hold_days);
    return days;
}

const Reference& reference() {
    static const Reference carried = [] {
        Reference made;
        for (const auto& [path, text] : embedded_in_riskmap()) {
            if (path.ends_with(".json")) {
                auto pack = read_pack(text);
                assert(pack && "a carried pack can be read: tests/riskmap");
                if (pack) made.packs.push_back(std::move(*pack));
            } else {
                auto counted = Populations::parse(text, Day::parse("2020-07-01").value());
                assert(counted && "the carried population can be read: tests/riskmap");
                if (counted) made.populations = std::move(*counted);
            }
        }
        return made;
    }();
    return carried;
}

void Counts::add(Day day, std::string_view source, std::int64_t value) {
    if (days_.empty()) first_ = day;
    if (day < first_) {
        days_.insert(days_.begin(), static_cast<std::size_t>(first_ - day), {});
        first_ = day;
    }
    const auto index = static_cast<std::size_t>(day - first_);
    if (index >= days_.size()) days_.resize(index + 1);
    days_[index].push_back({std::string(source), value});
}

std::optional<std::int64_t> Counts::largest(Day day) const {
    if (day < first_ || static_cast<std::size_t>(day - first_) >= days_.size()) return std::nullopt;
    std::optional<std::int64_t> most;
    for (const Value& value : days_[static_cast<std::size_t>(day - first_)]) most = std::max(most.value_or(0), value.value);
    return most;
}

std::optional<std::int64_t> Counts::window(Day day, int days) const {
    std::int64_t sum = 0;
    for (int back = 0; back < days; ++back) {
        const auto value = largest(day + -back);
        if (!value) return std::nullopt;
        sum += *value;
    }
    return sum;
}

std::vector<Counts::OfSource> Counts::by_source(Day day, int days) const {
    std::vector<OfSource> out;
    for (int back = 0; back < days; ++back) {
        const Day on = day + -back;
        if (on < first_ || static_cast<std::size_t>(on - first_) >= days_.size()) continue;
        for (const Value& value : days_[static_cast<std::size_t>(on - first_)]) {
            auto found = std::find_if(out.begin(), out.end(), [&](const OfSource& s) { return s.source == value.source; });
            if (found == out.end()) found = out.insert(out.end(), OfSource{value.source, 0, 0});
            found->sum += value.value;
            ++found->days;
        }
    }
    std::sort(out.begin(), out.end(), [](const OfSource& a, const OfSource& b) { return a.source < b.source; });
    return out;
}

namespace {

/// The level of one day from its own window alone.
Computed compute_strictly(const Reference& from, const Census& census, std::string_view unit, const Counts& counts, Day day) {
    Computed out;
    out.pack = from.pack_on(day);
    if (!out.pack) return out;
    out.cases = counts.window(day, out.pack->window_days);
    out.people = census.of(unit, day);
    if (!out.cases || !out.people) return out;
    out.band = out.pack->band_of(*out.cases, *out.people);
    if (out.band) out.level = out.band->level;
    return out;
}

}  // namespace

Computed compute(const Reference& from, const Census& census, std::string_view unit, const Counts& counts, Day day) {
    Computed out = compute_strictly(from, census, unit, counts, day);
    if (!out.pack || out.band || out.cases || !out.people) return out;
    for (int back = 1; back <= out.pack->hold_days; ++back) {
        const Computed before = compute_strictly(from, census, unit, counts, day + -back);
        if (!before.band) continue;
        if (before.level > 1) {
            out.level = before.level;
            out.held_from = day + -back;
        }
        break;
    }
    return out;
}

}  // namespace lachan::riskmap
