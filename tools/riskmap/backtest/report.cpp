#include "backtest/report.h"

#include <cmath>
#include <cstdio>

#include "epi/table.h"
#include "kernel/csv.h"

namespace lachan::backtest {
namespace {

const char* name_of_level(int level) { return level == 1 ? "province" : "district"; }

/// A number with so many decimals, without those that say nothing; "-" for none.
std::string number(double value, int decimals) {
    if (std::isnan(value)) return "-";
    char text[40];
    std::snprintf(text, sizeof text, "%.*f", decimals, value);
    std::string out = text;
    if (out.find('.') != std::string::npos) {
        while (out.back() == '0') out.pop_back();
        if (out.back() == '.') out.pop_back();
    }
    return out == "-0" ? "0" : out;
}

std::string percent(double share) { return std::isnan(share) ? "-" : number(100 * share, 0) + " %"; }

std::string days(const Estimate& one) {
    if (std::isnan(one.value)) return "-";
    return number(one.value, 1) + " (" + number(one.low, 1) + " to " + number(one.high, 1) + ")";
}

std::string shares(const Estimate& one) {
    if (std::isnan(one.value)) return "-";
    return percent(one.value) + " (" + number(100 * one.low, 0) + "-" + number(100 * one.high, 0) + ")";
}

std::string quartiles(double low, double high) { return std::isnan(low) ? "-" : number(low, 1) + " to " + number(high, 1); }

std::string join(const std::vector<std::string>& words, const char* between) {
    std::string out;
    for (const std::string& word : words) out += (out.empty() ? "" : between) + word;
    return out;
}

void add_level(std::string& text, const Report& report, const LevelReport& level) {
    const Panel& panel = *level.panel;
    const std::string name = name_of_level(panel.level);
    text += "\n## Units: " + name + "s\n\n";
    text += std::to_string(panel.size()) + " " + name + "s with counts, people and a place; left out: " + std::to_string(panel.without_counts) +
            " without counts, " + std::to_string(panel.without_people) + " without people, " + std::to_string(panel.without_place) + " without a place. " +
            std::to_string(level.truth.outbreaks.size()) + " outbreaks.\n\n";
    if (level.truth.outbreaks.empty()) {
        text += "No outbreak by the definition above: nothing can be said about lead times.\n";
    }
    text += "| method | detected | by the day it is an outbreak | lead, days, median | quartiles | earlier / same / later | alone | after onset, days, median | "
            "quartiles | false alarms | per unit-week | computable |\n|---|---|---|---|---|---|---|---|---|---|---|---|\n";
    for (const Judged& one : level.methods) {
        if (!one.method->why_not.empty()) {
            text += "| " + one.method->id + " | not computed: " + one.method->why_not + " | | | | | | | | | | |\n";
            continue;
        }
        const Score& score = one.score;
        if (score.known == 0) {
            text += "| " + one.method->id + " | not computed: it asks for figures that the series does not have | | | | | | | | | | |\n";
            continue;
        }
        const bool is_reference = one.method->id == report.reference;
        char rate[80];
        std::snprintf(rate, sizeof rate, "%.4f (%.4f-%.4f)", score.false_rate.value, score.false_rate.low, score.false_rate.high);
        text += "| " + std::string(is_reference ? "**" : "") + one.method->id + (is_reference ? "**" : "") + " | " + std::to_string(score.detected) + ": " +
                shares(score.share) + " | " + shares(score.timely) + " | " + (is_reference ? "0" : days(score.lead)) + " | " +
                (is_reference ? "-" : quartiles(score.lead_25, score.lead_75)) + " | " + std::to_string(score.earlier) + " / " + std::to_string(score.same) +
                " / " + std::to_string(score.later) + " | " + std::to_string(score.alone) + " | " + days(score.delay) + " | " +
                quartiles(score.delay_25, score.delay_75) + " | " + std::to_string(score.false_alarms) + " | " + (score.unit_weeks > 0 ? rate : "-") + " | " +
                percent(score.known) + " |\n";
    }
}

std::string markdown(const Report& report) {
    const Terms& terms = report.terms;
    std::string text = "# Backtest of flags by rules and models\n\nDays " + to_string(report.first) + " to " + to_string(report.last) + ". Counts: " +
                       join(report.inputs, ", ") + ".\n\n**Reference**: " + report.official + " (`" + report.reference +
                       "`). A lead above 0 is that many days before it.\n\n";
    text += "- On each day a method sees the counts up to that day and nothing after it.\n";
    text += "- Outbreak (with hindsight): a week with at least " + std::to_string(terms.least) + " cases and at least " + number(terms.growth, 2) +
            " times the mean week of up to three weeks before it; it begins on its first day with cases and ends before seven days hold fewer than " +
            std::to_string(terms.least) + " cases or less than half of the most they held. The first " + std::to_string(terms.warm_up) + " days are not judged.\n";
    text += "- Detected: flagged on a day from " + std::to_string(terms.early) + " days before the onset to the end. By the day it is an outbreak: on the day on " +
            "which seven days first hold " + std::to_string(terms.least) + " cases, or before.\n";
    text += "- False alarm: a run of flagged days (pauses of up to " + std::to_string(terms.pause - 1) + " days) none of which lies from " +
            std::to_string(terms.early) + " days before an onset to " + std::to_string(terms.after) + " days after the end, in the first " +
            std::to_string(terms.warm_up) + " or the last " + std::to_string(terms.after) + " days.\n";
    text += "- In brackets: 95 % percentile intervals, " + std::to_string(report.chance.replicates) + " resamples of whole provinces, seed " +
            std::to_string(report.chance.seed) + ".\n";
    for (const std::string& note : report.notes) text += "- " + note + "\n";
    for (const LevelReport& level : report.levels) add_level(text, report, level);
    text += "\n## Methods\n\n| id | what it is |\n|---|---|\n";
    if (!report.levels.empty()) {
        for (const Judged& one : report.levels[0].methods) text += "| " + one.method->id + " | " + one.method->text + " |\n";
    }
    return text;
}

void append(std::string& text, double value) {
    text += ',';
    if (std::isfinite(value)) epi::append_number(text, value);
}

std::string methods_csv(const Report& report) {
    std::string text =
        "level,method,outbreaks,detected,share,shareLow,shareHigh,timely,timelyLow,timelyHigh,both,earlier,same,later,alone,leadMedian,leadLow,leadHigh,"
        "lead25,lead75,delayMedian,delayLow,delayHigh,delay25,delay75,falseAlarms,unitWeeks,falseRate,falseRateLow,falseRateHigh,computable,whyNot\n";
    for (const LevelReport& level : report.levels) {
        for (const Judged& one : level.methods) {
            const Score& score = one.score;
            text += std::string(name_of_level(level.panel->level)) + ',' + one.method->id;
            if (!one.method->why_not.empty()) {
                text += std::string(30, ',') + csv_cell(one.method->why_not) + '\n';
                continue;
            }
            const auto put = [&](const Estimate& estimate) {
                for (const double value : {estimate.value, estimate.low, estimate.high}) append(text, value);
            };
            text += ',' + std::to_string(score.outbreaks) + ',' + std::to_string(score.detected);
            put(score.share);
            put(score.timely);
            for (const int count : {score.both, score.earlier, score.same, score.later, score.alone}) text += ',' + std::to_string(count);
            put(score.lead);
            append(text, score.lead_25);
            append(text, score.lead_75);
            put(score.delay);
            append(text, score.delay_25);
            append(text, score.delay_75);
            text += ',' + std::to_string(score.false_alarms);
            append(text, score.unit_weeks);
            put(score.false_rate);
            append(text, score.known);
            text += ",\n";
        }
    }
    return text;
}

std::string outbreaks_csv(const Report& report) {
    std::string text = "level,unit,name,onset,reached,end,cases";
    if (!report.levels.empty()) {
        for (const Judged& one : report.levels[0].methods) text += ',' + one.method->id;
    }
    text += '\n';
    for (const LevelReport& level : report.levels) {
        const Panel& panel = *level.panel;
        for (const Outbreak& outbreak : level.truth.outbreaks) {
            const Panel::Unit& unit = panel.units[outbreak.unit];
            long cases = 0;
            for (int day = outbreak.onset; day <= outbreak.end; ++day) cases += unit.cases[static_cast<std::size_t>(day)];
            text += std::string(name_of_level(panel.level)) + ',' + unit.code + ',' + csv_cell(unit.name) + ',' + to_string(panel.day(outbreak.onset)) +
                    ',' + to_string(panel.day(outbreak.reached)) + ',' + to_string(panel.day(outbreak.end)) + ',' + std::to_string(cases);
            for (const Judged& one : level.methods) {
                const int day = first_flag(one.flags, outbreak, report.terms);
                text += ',' + (day == kNever ? std::string() : to_string(panel.day(day)));
            }
            text += '\n';
        }
    }
    return text;
}

}  // namespace

std::vector<std::pair<std::string, std::string>> files_of(const Report& report) {
    return {{"report.md", markdown(report)}, {"methods.csv", methods_csv(report)}, {"outbreaks.csv", outbreaks_csv(report)}};
}

}  // namespace lachan::backtest
