#include "riskmap/suppress.h"

#include <algorithm>

namespace lachan::riskmap {
namespace {

/// The table as flows along pipes: of each unit its sum of days runs in, is shared among its days, and runs out through the units above it, day
/// by day. Every cell is one pipe, and the tables that agree with what is shown are the flows that differ in hidden pipes only. So a hidden
/// cell can have another value exactly when there is a ring through it along which hidden pipes can take more or less.
class Flow {
public:
    Flow(const CountTable& table, std::vector<bool>& hidden) : table_(table), hidden_(hidden), nodes_(1 + table.rows() * (table.width())) {
        std::vector<bool> is_leaf(table.rows(), true);
        for (std::size_t row = 1; row < table.rows(); ++row) is_leaf[static_cast<std::size_t>(table.parent[row])] = false;
        // Node 0: outside. Then for each row the place where its sum is shared, and one place for each of its days.
        const auto shared = [&](std::size_t row) { return static_cast<std::int32_t>(1 + row * table.width()); };
        const auto on_day = [&](std::size_t row, std::size_t day) { return static_cast<std::int32_t>(2 + row * table.width() + day); };
        for (std::size_t row = 0; row < table.rows(); ++row) {
            const int above = table.parent[row];
            const auto up = static_cast<std::size_t>(above < 0 ? 0 : above);
            for (std::size_t day = 0; day < table.days; ++day) {
                pipes_.push_back({is_leaf[row] ? shared(row) : on_day(row, day), above < 0 ? 0 : on_day(up, day)});
            }
            pipes_.push_back({above < 0 ? 0 : shared(up), shared(row)});
        }
        at_.resize(nodes_ + 1);
        for (const Pipe& pipe : pipes_) {
            ++at_[static_cast<std::size_t>(pipe.from) + 1];
            ++at_[static_cast<std::size_t>(pipe.to) + 1];
        }
        for (std::size_t node = 0; node < nodes_; ++node) at_[node + 1] += at_[node];
        ends_.resize(2 * pipes_.size());
        std::vector<std::int32_t> next(at_.begin(), at_.end() - 1);
        for (std::size_t pipe = 0; pipe < pipes_.size(); ++pipe) {
            ends_[static_cast<std::size_t>(next[static_cast<std::size_t>(pipes_[pipe].from)]++)] = static_cast<std::int32_t>(pipe);
            ends_[static_cast<std::size_t>(next[static_cast<std::size_t>(pipes_[pipe].to)]++)] = static_cast<std::int32_t>(pipe);
        }
    }

    /// By how much the cell can be more or less together, at least; looked for up to `enough`.
    std::int64_t slack(std::size_t cell, std::int64_t enough) {
        std::int64_t found = run(cell, true, enough, false);
        if (found < enough) found += run(cell, false, enough - found, false);
        return found;
    }

    /// Hides what is needed for that much slack, the smallest cells first; what slack there is then.
    std::int64_t make_slack(std::size_t cell, std::int64_t enough) {
        const std::int64_t less = run(cell, false, enough, false);
        std::int64_t found = less + run(cell, true, enough - less, true);
        if (found < enough) found = found - less + run(cell, false, enough - found + less, true);
        return found;
    }

private:
    struct Pipe {
        std::int32_t from, to;
    };

    /// What hiding a cell costs: sums and large counts are what people look for.
    std::int64_t price(std::size_t cell) const {
        if (hidden_[cell]) return 1;
        const bool is_sum = (cell + 1) % table_.width() == 0;
        return 1'000 + std::min<std::int64_t>(table_.values[cell], 100'000) * (is_sum ? 20 : 10) + (table_.values[cell] == 0 ? 200 : 0);
    }

    /// Sends more (or less) through the cell and back along other cells, ring by ring. `opens`: also through shown ones, which are hidden then.
    std::int64_t run(std::size_t cell, bool more, std::int64_t enough, bool opens) {
        flow_ = table_.values;
        std::int64_t done = 0;
        const std::int32_t start = more ? pipes_[cell].to : pipes_[cell].from;
        const std::int32_t end = more ? pipes_[cell].from : pipes_[cell].to;
        const std::int64_t most = more ? enough : std::min(enough, table_.values[cell]);
        while (done < most) {
            if (!find_way(cell, start, end, opens)) break;
            std::int64_t width = most - done;
            for (std::int32_t node = end; node != start; node = came_from(node)) {
                if (!goes_along(node)) width = std::min(width, flow_[static_cast<std::size_t>(by_[static_cast<std::size_t>(node)])]);
            }
            for (std::int32_t node = end; node != start; node = came_from(node)) {
                const auto pipe = static_cast<std::size_t>(by_[static_cast<std::size_t>(node)]);
                flow_[pipe] += goes_along(node) ? width : -width;
                hidden_[pipe] = true;
            }
            done += width;
        }
        return done;
    }

    std::int32_t came_from(std::int32_t node) const {
        const Pipe& pipe = pipes_[static_cast<std::size_t>(by_[static_cast<std::size_t>(node)])];
        return goes_along(node) ? pipe.from : pipe.to;
    }
    bool goes_along(std::int32_t node) const { return pipes_[static_cast<std::size_t>(by_[static_cast<std::size_t>(node)])].to == node; }

    /// The cheapest way from node to node along pipes that can take more and against pipes that can take less.
    bool find_way(std::size_t without, std::int32_t start, std::int32_t end, bool opens) {
        constexpr std::int64_t kFar = INT64_MAX / 2;
        cost_.assign(nodes_, kFar);
        by_.assign(nodes_, -1);
        is_waiting_.assign(nodes_, false);
        cost_[static_cast<std::size_t>(start)] = 0;
        queue_.assign(1, start);
        for (std::size_t head = 0; head < queue_.size(); ++head) {
            const std::int32_t node = queue_[head];
            const auto here = static_cast<std::size_t>(node);
            is_waiting_[here] = false;
            if (cost_[here] >= cost_[static_cast<std::size_t>(end)]) continue;
            for (std::int32_t i = at_[here]; i < at_[here + 1]; ++i) {
                const std::int32_t which = ends_[static_cast<std::size_t>(i)];
                const auto pipe = static_cast<std::size_t>(which);
                if (pipe == without || (!hidden_[pipe] && (!opens || pipe < table_.width() || table_.is_known[pipe]))) continue;
                const bool along = pipes_[pipe].from == node;
                if (!along && flow_[pipe] == 0) continue;
                const auto there = static_cast<std::size_t>(along ? pipes_[pipe].to : pipes_[pipe].from);
                const std::int64_t cost = cost_[here] + price(pipe);
                if (cost >= cost_[there]) continue;
                cost_[there] = cost;
                by_[there] = which;
                if (is_waiting_[there]) continue;
                is_waiting_[there] = true;
                queue_.push_back(static_cast<std::int32_t>(there));
            }
        }
        return cost_[static_cast<std::size_t>(end)] < kFar;
    }

    const CountTable& table_;
    std::vector<bool>& hidden_;
    std::size_t nodes_;
    std::vector<Pipe> pipes_;          ///< cell by cell
    std::vector<std::int32_t> at_;     ///< node by node: where its pipes begin in `ends_`
    std::vector<std::int32_t> ends_;
    std::vector<std::int64_t> flow_, cost_;
    std::vector<std::int32_t> by_, queue_;
    std::vector<bool> is_waiting_;
};

}  // namespace

Suppression suppress(const CountTable& table, std::int64_t fewest) {
    Suppression out;
    out.hidden.assign(table.values.size(), false);
    std::vector<std::size_t> small;
    for (std::size_t cell = table.width(); cell < table.values.size(); ++cell) {
        const bool is_unseen = table.is_unseen[cell / table.width()];
        const bool is_small = table.values[cell] > 0 && table.values[cell] < fewest;
        if (table.is_known[cell] || (!is_unseen && !is_small)) continue;
        out.hidden[cell] = true;
        if (!is_unseen) small.push_back(cell);
    }
    // What is hidden for one is never shown again for another, so a cell that has its slack keeps it.
    const std::int64_t enough = std::max<std::int64_t>(fewest - 2, 1);
    Flow flow(table, out.hidden);
    for (const std::size_t cell : small) {
        if (flow.slack(cell, enough) >= enough) continue;
        if (flow.make_slack(cell, enough) == 0) out.is_safe = false;
    }
    return out;
}

}  // namespace lachan::riskmap
