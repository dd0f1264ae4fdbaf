#include "riskmap/measure.h"

#include <algorithm>

namespace lachan::riskmap {
namespace {

constexpr MeasureInfo kMeasures[] = {
    {"cases", Kind::count, true, "ca mắc mới", "new cases"},
    {"deaths", Kind::count, true, "ca tử vong", "deaths"},
    {"tests", Kind::count, false, "lượt xét nghiệm", "tests"},
    {"positives", Kind::count, true, "mẫu dương tính", "positive tests"},
    {"admissions", Kind::count, true, "ca nhập viện", "admissions to hospital"},
    {"population", Kind::state, false, "dân", "people"},
    {"bedShare", Kind::share, true, "tỷ lệ giường bệnh có người bệnh COVID-19", "share of beds with COVID-19 patients"},
    {"adultsDosed", Kind::share, false, "tỷ lệ người từ 18 tuổi tiêm ít nhất một mũi", "share of adults with at least one dose"},
    {"over65Full", Kind::share, false, "tỷ lệ người trên 65 tuổi tiêm đủ mũi", "share of people over 65 fully vaccinated"},
    {"over50Full", Kind::share, false, "tỷ lệ người trên 50 tuổi tiêm đủ mũi", "share of people over 50 fully vaccinated"},
    {"planMet", Kind::flag, false, "đạt kế hoạch điều trị", "plan of treatment met"},
    {"vaccinationMet", Kind::flag, false, "đạt yêu cầu tiêm chủng", "vaccination as required"},
    {"sourceUnknown", Kind::flag, true, "có F0 không rõ nguồn lây", "a case of unknown source"},
    {"sourceUnclear", Kind::flag, true, "có F0 chưa rõ nguồn lây", "a case whose source is not yet clear"},
    {"crowdedPlace", Kind::flag, true, "F0 ở nơi đông người", "a case in a place of many contacts"},
    {"hardToControl", Kind::flag, true, "nguồn lây khó kiểm soát", "a source that is hard to control"},
    {"spreadShare", Kind::share, true, "tỷ lệ đơn vị trực thuộc có khả năng bị lan tới", "share of units below that it may spread to"},
    {"spreadsOutside", Kind::flag, true, "lan sang tỉnh khác", "it spreads to other provinces"},
    {"industrialZone", Kind::flag, true, "giáp khu công nghiệp trọng điểm cần bảo vệ", "a key industrial zone to be protected"},
    {"levelBefore", Kind::level, true, "cấp độ trước đó", "level before"},
    {"feedback", Kind::count, true, "phản ánh của người dân", "citizens' reports"},
    {"checkpoints", Kind::state, true, "điểm kiểm dịch đã đăng ký", "registered checkpoints"},
    {"checkpointsAlive", Kind::state, false, "điểm kiểm dịch có lượt quét trong ngày", "checkpoints with a scan on the day"},
};

}  // namespace

const MeasureInfo& info_of(Measure measure) { return kMeasures[static_cast<std::size_t>(measure)]; }

std::span<const MeasureInfo> measures() { return kMeasures; }

std::optional<Measure> measure_named(std::string_view name) {
    for (std::size_t i = 0; i < std::size(kMeasures); ++i) {
        if (kMeasures[i].name == name) return static_cast<Measure>(i);
    }
    return std::nullopt;
}

std::int64_t most_of(Measure measure) {
    switch (info_of(measure).kind) {
        case Kind::share: return 10'000;
        case Kind::flag: return 1;
        case Kind::level: return 4;
        case Kind::state: return 2'000'000'000;
        case Kind::count: break;
    }
    return 9'999'999;
}

Figures::Line* Figures::line_of(Measure measure, std::string_view source) {
    if (!has(measure)) return nullptr;
    for (Line& line : lines_) {
        if (line.measure == measure && line.source == source) return &line;
    }
    return nullptr;
}

Figures::Line& Figures::new_line(Measure measure, std::string_view source, Day first) {
    if (lines_.capacity() == 0) lines_.reserve(4);  // a unit has few, and there are ten thousand units
    present_ |= 1U << static_cast<unsigned>(measure);
    return lines_.emplace_back(Line{measure, std::string(source), first, {}});
}

void Figures::add_run(Measure measure, std::string_view source, Day first, const std::vector<std::int32_t>& values) {
    if (!line_of(measure, source)) {
        new_line(measure, source, first).values = values;
        return;
    }
    for (const std::int32_t value : values) {
        if (value >= 0) add(measure, source, first, value);
        first = first + 1;
    }
}

void Figures::add(Measure measure, std::string_view source, Day day, std::int64_t value) {
    Line* line = line_of(measure, source);
    if (!line) line = &new_line(measure, source, day);
    if (day < line->first) {
        line->values.insert(line->values.begin(), static_cast<std::size_t>(line->first - day), -1);
        line->first = day;
    }
    const auto at = static_cast<std::size_t>(day - line->first);
    while (at >= line->values.size()) line->values.push_back(-1);
    line->values[at] = static_cast<std::int32_t>(value);
}

std::optional<std::int64_t> Figures::on(Measure measure, Day day) const {
    const bool more = info_of(measure).more_is_worse;
    std::int32_t worst = -1;
    for (const Line& line : lines_) {
        if (line.measure != measure) continue;
        const std::int32_t value = line.on(day);
        if (value >= 0 && (worst < 0 || (value > worst) == more)) worst = value;
    }
    return worst < 0 ? std::nullopt : std::optional<std::int64_t>(worst);
}

std::optional<std::int64_t> Figures::sum(Measure measure, Day day, int days) const {
    std::int64_t all = 0;
    if (days > 0) {
        if (!has(measure)) return std::nullopt;
        const Line* only = nullptr;
        int lines = 0;
        for (const Line& line : lines_) {
            if (line.measure != measure) continue;
            only = &line;
            ++lines;
        }
        if (lines == 1) {
            // The usual case, without a look at all lines for each day.
            const std::int64_t last = std::int64_t{day.days} - only->first.days;
            const std::int64_t first = last - days + 1;
            if (first < 0 || last >= static_cast<std::int64_t>(only->values.size())) return std::nullopt;
            const std::int32_t* const values = only->values.data();
            for (std::int64_t at = first; at <= last; ++at) {
                if (values[at] < 0) return std::nullopt;
                all += values[at];
            }
            return all;
        }
    }
    for (int back = 0; back < days; ++back) {
        const auto value = on(measure, day + -back);
        if (!value) return std::nullopt;
        all += *value;
    }
    return all;
}

std::optional<Figures::Dated> Figures::latest(Measure measure, Day day, int days) const {
    // From the end of each line: a number of people is asked for over ten years and told once.
    if (!has(measure)) return std::nullopt;
    const std::int32_t first = day.days - days + 1;
    std::int32_t last = first - 1;
    for (const Line& line : lines_) {
        if (line.measure != measure) continue;
        if (day < line.first) continue;
        std::int32_t at = std::min(day.days, line.first.days + static_cast<std::int32_t>(line.values.size()) - 1);
        while (at > last && line.on(Day{at}) < 0) --at;
        last = std::max(last, at);
    }
    if (last < first) return std::nullopt;
    return Dated{Day{last}, *on(measure, Day{last})};
}

std::vector<Figures::OfSource> Figures::by_source(Measure measure, Day day, int days) const {
    std::vector<OfSource> out;
    for (const Line& line : lines_) {
        if (line.measure != measure) continue;
        OfSource said{line.source, 0, 0};
        for (int back = 0; back < days; ++back) {
            const std::int32_t value = line.on(day + -back);
            if (value < 0) continue;
            said.sum += value;
            ++said.days;
        }
        if (said.days == 0) continue;
        auto before = out.begin();
        while (before != out.end() && before->source < said.source) ++before;
        out.insert(before, std::move(said));
    }
    return out;
}

}  // namespace lachan::riskmap
