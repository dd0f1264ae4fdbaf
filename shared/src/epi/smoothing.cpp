#include "epi/smoothing.h"

#include <algorithm>
#include <string>

namespace lachan::epi {
namespace {

Result<void> check(std::span<const double> cases, std::span<const double> population) {
    if (cases.size() != population.size() || cases.empty()) return Error{Errc::malformed, "epi.rates", "as many numbers of cases as of people"};
    for (std::size_t i = 0; i < population.size(); ++i) {
        if (!(population[i] > 0)) return Error{Errc::malformed, "epi.rates", "row " + std::to_string(i + 1) + ": no people, so no rate"};
    }
    return {};
}

/// `mean` and, of the distance from it, the share that is not chance.
double drawn(double rate, double mean, double between, double people) {
    const double chance = mean / people;
    return between + chance > 0 ? mean + (rate - mean) * (between / (between + chance)) : mean;
}

}  // namespace

Result<std::vector<double>> empirical_bayes(std::span<const double> cases, std::span<const double> population) {
    TRY(check(cases, population));
    double all_cases = 0;
    double people = 0;
    for (std::size_t i = 0; i < cases.size(); ++i) {
        all_cases += cases[i];
        people += population[i];
    }
    const double mean = all_cases / people;
    double variance = 0;
    for (std::size_t i = 0; i < cases.size(); ++i) {
        const double away = cases[i] / population[i] - mean;
        variance += population[i] * (away * away / people);
    }
    const double between = std::max(0.0, variance - mean / (people / static_cast<double>(cases.size())));
    std::vector<double> rates;
    for (std::size_t i = 0; i < cases.size(); ++i) rates.push_back(drawn(cases[i] / population[i], mean, between, population[i]));
    return rates;
}

Result<std::vector<double>> local_empirical_bayes(std::span<const double> cases, std::span<const double> population, const Neighbours& neighbours) {
    TRY(check(cases, population));
    if (neighbours.size() != cases.size()) return Error{Errc::malformed, "epi.rates", "neighbours for each unit are expected"};
    struct Around {
        double cases, people, mean;
    };
    std::vector<Around> around;
    std::vector<double> spread;  // people times the squared distance from the local mean
    for (std::size_t i = 0; i < cases.size(); ++i) {
        Around here{cases[i], population[i], 0};
        for (const std::uint32_t j : neighbours[i]) {
            here.cases += cases[j];
            here.people += population[j];
        }
        here.mean = here.cases / here.people;
        const double away = cases[i] / population[i] - here.mean;
        spread.push_back(population[i] * (away * away));
        around.push_back(here);
    }
    std::vector<double> rates;
    for (std::size_t i = 0; i < cases.size(); ++i) {
        double sum = spread[i];
        for (const std::uint32_t j : neighbours[i]) sum += spread[j];
        const Around& here = around[i];
        const double mean_people = here.people / static_cast<double>(neighbours[i].size() + 1);
        const double between = std::max(0.0, sum / here.people - here.mean / mean_people);
        rates.push_back(drawn(cases[i] / population[i], here.mean, between, population[i]));
    }
    return rates;
}

}  // namespace lachan::epi
