#pragma once

#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "kernel/field.h"
#include "kernel/record.h"
#include "kernel/sql.h"
#include "vocab/access.h"
#include "vocab/fact.h"
#include "vocab/unit.h"

namespace lachan {

enum class Side { device, server };

/// Everything outside the rules that a rule may depend on. Passed in, never reached for.
struct Context {
    Database& database;
    const Units& units;
    Instant now;
    Side side = Side::server;
    Actor actor;                 ///< who sends or asks
    std::vector<Fact> facts;     ///< what `apply` and `observe` tell the other systems
    /// Asked between two transactions of long work, whether to go on: there others get their turn. Empty: at once.
    std::function<bool()> goes_on{};
};

/// One kind of record of a system.
struct RecordKind {
    std::string_view name;
    Area area;               ///< column of the access matrix
    int priority;            ///< 0 orders and positive results, 1 own tasks, 2 reference data, 3 history (DOMAIN 16)
    bool by_officials;       ///< only a signed-in official with the right to write in `area` makes it
    int version;             ///< the version that is filled in today
    const FieldList* (*fields)(int version);  ///< nullptr for a version that never was
};

/// What a check may depend on besides the body: no database, so that it runs at every keystroke.
struct CheckInput {
    std::string_view kind;
    int version = 1;
    const Json& body;
    std::string_view unit;   ///< unit of the record, "" while it is a draft
    const Units& units;
    Instant now;             ///< when the record was made
    bool by_official = false;  ///< officers get warnings where citizens get errors (DOMAIN 2.2)
    const FieldValues* values = nullptr;  ///< the members of `body` by the field list of this kind and version, where they are known already
};

/// A question that may be asked of a system's tables.
struct Query {
    std::string_view name;   ///< "declaration.worklist"
    Area area;
    Sight least;             ///< what the asker must be allowed to see in the unit asked about; Sight::none = public
    FieldList (*arguments)();  ///< checked before `run`; an argument `unit` is held against the asker's grants
    Result<Json> (*run)(Context&, const Json& arguments, Sight sight);
};

/// A question that is answered from its request alone: no table is read and nothing is kept, so anybody may ask it, with no core and no
/// database. The answer is JSON in canonical form.
struct Computation {
    std::string_view name;   ///< "riskmap.compare"
    Result<std::string> (*run)(const Units& units, const Json& request);
};

/// A record that a system wants made; whoever runs the system makes and signs it.
struct Draft {
    std::string kind;
    std::string unit;
    Json body;
};

/// One of the nine systems. It differs from another at `check`, `accept`, `apply`, `observe` and `queries`, nowhere else.
class System {
public:
    virtual ~System() = default;
    virtual std::string_view name() const = 0;
    virtual std::span<const RecordKind> kinds() const = 0;
    virtual std::span<const Migration> migrations() const = 0;

    /// Rules of the body beyond its shape; called only when the shape holds where it must.
    virtual Violations check(const CheckInput& input) const = 0;

    /// May this record be made, by this actor, here, now? Reads the system's tables, writes nothing. Errc::rejected | forbidden.
    virtual Result<void> accept(Context& context, const Record& record) const = 0;

    /// Whether `actor` may have the record as it lies, with everything in it, from the feed. Unless a system says otherwise: who sees all
    /// of its area there.
    virtual bool may_pull(const Actor& actor, const Record& record, Area area, const Units& units, Instant now) const {
        return sight_of(actor, Verb::read, area, record.unit, units, now) >= Sight::full;
    }

    /// Folds accepted records into the system's tables. Must give the same tables for any order of arrival. A batch at a time, so
    /// that a system reads what it needs in one statement.
    virtual Result<void> apply(Context& context, std::span<const StoredRecord> records) const = 0;

    /// Folds facts of other systems. Must tolerate any order.
    virtual Result<void> observe(Context& context, std::span<const Fact> facts) const = 0;

    virtual std::span<const Query> queries() const = 0;

    /// What the server will make of this body (colour, rules that fire): told to the person before anything is sent. `database`
    /// is null when none is open; the answer then rests on the body alone.
    virtual Result<Json> preview(const CheckInput& input, Database* database) const {
        (void)input; (void)database;
        return Json::object();
    }

    /// The text of the QR that stands for this record (a personal QR), "" when the kind has none. `full` shows the identifiers
    /// that are masked otherwise.
    virtual std::string card(const Record& record, bool full) const {
        (void)record; (void)full;
        return {};
    }

    /// The holder of `device` has shown that `phone` (E.164) is theirs: the records that say so, for the server to make.
    virtual Result<std::vector<Draft>> phone_confirmed(Context& context, std::string_view device, std::string_view phone) const {
        (void)context; (void)device; (void)phone;
        return std::vector<Draft>{};
    }

    /// Minutes after midnight at UTC+7, in order, at which the server asks for `timely`; none: never.
    virtual std::span<const int> timetable() const { return {}; }

    /// What is to be recorded of a province for the hour `due`, by the server. Called once for each hour and province, also by a server
    /// that was not running at the hour; tables of `context` are read only.
    virtual Result<std::vector<Draft>> timely(Context& context, std::string_view province, Instant due) const {
        (void)context; (void)province; (void)due;
        return std::vector<Draft>{};
    }

    /// Drops what may no longer be kept at `context.now` (retention packs); returns how many records were erased. Called outside of
    /// a transaction: it makes its own, small ones, so that nobody who sends records waits for a nation to be swept, and takes the
    /// turn of each province (kernel/record.h), so that two that run at once count nothing twice.
    virtual Result<int> purge(Context& context) const { (void)context; return 0; }
};

}  // namespace lachan
