// How fast declarations come in: a raw insert of the same rows, the core, the server, on each database, in one run.

#include <sqlite3.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <span>
#include <variant>

#include "http_stage.h"
#include "kernel/canonical_texts.h"
#include "material.h"
#include "prove.h"
#include "server/postgres_fixture.h"
#include "sql/engine.h"
#include "sql/sqlite.h"
#include "systems.h"

namespace lachan::bench {
namespace {

struct Arguments {
    std::size_t records = 20'000;
    std::size_t batch = 500;
    int rounds = 3;
    std::string database = "all";
    std::string units = LACHAN_SOURCE_ROOT "/build/assets/units.txt";
    std::string server = LACHAN_BINARY_ROOT "/lachan-server";
    std::string folder = std::filesystem::temp_directory_path().string();
    std::string json;
    Spread spread = Spread::country;
    bool http = true;
};

constexpr const char* kHelp = R"(Usage: bench_ingest [option]...

Feeds signed declarations in batches into each database: raw inserts of the same rows, the core, the server over HTTP.

  --records N      declarations of each stage          [20000]
  --batch N        in one transaction, at most 500     [500]
  --rounds N       repetitions; the median is shown    [3]
  --database KIND  sqlite, or all: PostgreSQL too      [all]
  --spread KIND    communes of a batch: country or one [country]
  --units FILE     units.txt of the build
  --server FILE    lachan-server of the build
  --no-http        leave the server out
  --folder PATH    where SQLite files are made         [temporary folder]
  --json FILE      figures for other programs

Status: 0 done, 1 something failed, 2 wrong usage
)";

using Cell = std::variant<std::nullptr_t, std::int64_t, std::string>;

/// All rows that were written for the records, table by table, to be inserted again without us.
struct Table {
    std::string name;
    int columns = 0;
    std::vector<std::vector<Cell>> rows;
};

using Clock = std::chrono::steady_clock;
double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

/// Runs from its making; counts the processor time of this process, so nothing else may go on in it.
class Watch {
public:
    Spent spent() const { return {seconds_since(start_), processor() - computed_}; }

private:
    static double processor() {
        timespec used{};
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
        return seconds_of(used);
    }
    Clock::time_point start_ = Clock::now();
    double computed_ = processor();
};

double median_of(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values.empty() ? 0 : values[values.size() / 2];
}

/// One stage over the rounds: records a second, and microseconds of processor time a record.
struct Figure {
    std::string database;
    std::string stage;
    std::vector<double> rates;
    std::vector<double> costs;
    double median() const { return median_of(rates); }
    double cost() const { return median_of(costs); }
};

/// Where the time of the core goes, summed over all rounds.
struct Shares {
    double parse = 0, check = 0, prove = 0, append = 0;
};

class Bench {
public:
    Bench(Arguments arguments, Instant now) : arguments_(std::move(arguments)), units_(read_units(arguments_.units)), now_(now) {}

    void make_requests() {
        Material material(units_, now_, 7);
        for (std::size_t made = 0; made < arguments_.records; made += arguments_.batch) {
            requests_.push_back(material.request(std::min(arguments_.batch, arguments_.records - made), arguments_.spread));
            std::fprintf(stderr, "\rmaking declarations: %zu of %zu", made + requests_.back().records, arguments_.records);
        }
        std::fprintf(stderr, "\n");
    }

    void run(const std::string& kind, const std::function<std::string()>& fresh) {
        for (int round = 0; round < arguments_.rounds; ++round) {
            std::fprintf(stderr, "%s: round %d of %d\n", kind.c_str(), round + 1, arguments_.rounds);
            std::string written = fresh();
            note(kind, "core: JSON, checks, signature, tables", run_core(written, &shares_[kind]));
            if (arguments_.http) {
                // The server keeps the key of a device under each province besides: those rows count too.
                written = fresh();
                note(kind, "HTTP: lachan-server", run_http(written));
            }
            if (tables_.empty()) tables_ = read_tables(written);
            note(kind, "raw insert, log rows only", run_raw(fresh(), true));
            note(kind, "raw insert, all the same rows", run_raw(fresh(), false));
        }
    }

    void print() const {
        std::printf("\n%zu declarations, batches of %zu, communes of a batch: %s, median of %d rounds\n\n", arguments_.records,
                    arguments_.batch, arguments_.spread == Spread::country ? "anywhere" : "one", arguments_.rounds);
        std::printf("%-12s %-40s %12s %10s %12s\n", "database", "stage", "records/s", "of raw", "CPU us each");
        for (const Figure& figure : figures_) {
            std::printf("%-12s %-40s %12.0f %9.0f%% %12.1f\n", figure.database.c_str(), figure.stage.c_str(),
                        figure.median(), 100 * figure.median() / raw_of(figure.database), figure.cost());
        }
        for (const auto& [kind, shares] : shares_) {
            const double whole = shares.parse + shares.check + shares.prove + shares.append;
            std::printf("\n%s, the core's time: read JSON %.0f %%, check and seal %.0f %%, prove signatures %.0f %%, append and fold %.0f %%",
                        kind.c_str(), 100 * shares.parse / whole, 100 * shares.check / whole, 100 * shares.prove / whole,
                        100 * shares.append / whole);
        }
        std::printf("\n");
        for (const Table& table : tables_) std::printf("rows of %-28s %8zu\n", table.name.c_str(), table.rows.size());
    }

    void write_json() const {
        if (arguments_.json.empty()) return;
        Json list = Json::array();
        for (const Figure& figure : figures_) {
            list.push_back(
                {{"database", figure.database},
                 {"stage", figure.stage},
                 {"perSecond", static_cast<std::int64_t>(figure.median())},
                 {"processorMicrosecondsEach", static_cast<std::int64_t>(figure.cost())},
                 {"percentOfRaw", static_cast<std::int64_t>(100 * figure.median() / raw_of(figure.database))}});
        }
        std::ofstream(arguments_.json) << list.dump(1) << '\n';
    }

private:
    void note(const std::string& database, const std::string& stage, Spent spent) {
        const auto count = static_cast<double>(arguments_.records);
        auto figure = std::find_if(figures_.begin(), figures_.end(),
                                   [&](const Figure& one) { return one.database == database && one.stage == stage; });
        if (figure == figures_.end()) figure = figures_.insert(figure, {database, stage, {}, {}});
        figure->rates.push_back(count / spent.seconds);
        figure->costs.push_back(1e6 * spent.processor / count);
    }

    double raw_of(const std::string& database) const {
        for (const Figure& figure : figures_) {
            if (figure.database == database && figure.stage == "raw insert, all the same rows") return figure.median();
        }
        return 1;
    }

    /// As the server does it, without the server: text in, durable rows out.
    Spent run_core(const std::string& url, Shares* shares) {
        auto database = must(server::open_engine(url), "database");
        must(migrate(*database, all_migrations(), now_), "migrations");
        Prover prover;
        const Watch watch;
        for (const Request& request : requests_) {
            auto mark = Clock::now();
            const auto lap = [&](double& sum) {
                sum += seconds_since(mark);
                mark = Clock::now();
            };
            CanonicalTexts texts(4);
            Json json = must(parse_json(request.text, {4 << 20, 16}, texts), "request");
            std::vector<Incoming> incoming;
            for (Json& one : json["records"]) {
                const std::string_view canonical = texts.of(one["record"]);
                incoming.push_back({std::move(one["record"]), one["signature"].get<std::string>(), canonical});
            }
            lap(shares->parse);
            Batch batch = read_batch(std::move(incoming), units_, now_, {});
            lap(shares->check);
            std::vector<bool> proven;
            for (const SignatureCheck& check : batch.checks) {
                certificate::SignatureCheck one;
                one.spki = request.spki;
                one.signed_bytes.assign(check.bytes.begin(), check.bytes.end());
                one.signature = must(from_base64url(check.signature), "signature");
                proven.push_back(prover.prove(one) == certificate::Answer::valid);
            }
            lap(shares->prove);
            Context context{*database, units_, now_, Side::server, {}, {}};
            for (const RecordAnswer& answer : must(append(context, std::move(batch), proven), "append")) {
                if (answer.outcome == Outcome::accepted) continue;
                stop("a declaration was not accepted: " + answer.rule + ' ' + to_json(answer.violations).dump());
            }
            lap(shares->append);
        }
        return watch.spent();
    }

    /// Every row of every table but the list of migrations and what the server keeps about sessions and rates, read with SQLite itself.
    static std::vector<Table> read_tables(const std::string& url) {
        std::vector<Table> tables;
        if (url.rfind("sqlite:", 0) != 0) stop("the rows are taken from SQLite: it must be measured first");
        sqlite3* handle = nullptr;
        if (sqlite3_open_v2(url.substr(7).c_str(), &handle, SQLITE_OPEN_READWRITE, nullptr) != SQLITE_OK) stop("cannot open " + url);
        const auto each = [&](const std::string& sql, const std::function<void(sqlite3_stmt*)>& row) {
            sqlite3_stmt* statement = nullptr;
            if (sqlite3_prepare_v2(handle, sql.c_str(), -1, &statement, nullptr) != SQLITE_OK) stop(sqlite3_errmsg(handle));
            while (sqlite3_step(statement) == SQLITE_ROW) row(statement);
            sqlite3_finalize(statement);
        };
        each("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name <> 'kernel_migration' "
             "AND name NOT LIKE 'server%' ORDER BY rowid",
             [&](sqlite3_stmt* row) { tables.push_back({reinterpret_cast<const char*>(sqlite3_column_text(row, 0)), 0, {}}); });
        for (Table& table : tables) {
            each("SELECT * FROM " + table.name + " ORDER BY rowid", [&](sqlite3_stmt* row) {
                table.columns = sqlite3_column_count(row);
                std::vector<Cell> cells;
                for (int i = 0; i < table.columns; ++i) {
                    const int type = sqlite3_column_type(row, i);
                    if (type == SQLITE_NULL) cells.emplace_back(nullptr);
                    else if (type == SQLITE_INTEGER) cells.emplace_back(std::int64_t{sqlite3_column_int64(row, i)});
                    else cells.emplace_back(std::string(reinterpret_cast<const char*>(sqlite3_column_text(row, i)),
                                                        static_cast<std::size_t>(sqlite3_column_bytes(row, i))));
                }
                table.rows.push_back(std::move(cells));
            });
        }
        sqlite3_close(handle);
        std::erase_if(tables, [](const Table& table) { return table.rows.empty(); });
        return tables;
    }

    static std::string insert_into(const Table& table) {
        std::string sql = "INSERT INTO " + table.name + " VALUES (";
        for (int i = 1; i <= table.columns; ++i) sql += (i > 1 ? ", ?" : "?") + std::to_string(i);
        return sql + ')';
    }

    Spent run_raw(const std::string& url, bool log_only) {
        {
            auto database = must(server::open_engine(url), "database");
            must(migrate(*database, all_migrations(), now_), "migrations");
        }
        return url.rfind("sqlite:", 0) == 0 ? run_raw_sqlite(url, log_only) : run_raw_port(url, log_only);
    }

    /// The rows of batch `number` of a table: as many transactions as the core made, the same share in each.
    std::span<const std::vector<Cell>> slice(const Table& table, std::size_t number) const {
        const std::size_t from = table.rows.size() * number / requests_.size();
        const std::size_t to = table.rows.size() * (number + 1) / requests_.size();
        return std::span(table.rows).subspan(from, to - from);
    }

    /// SQLite's own interface, statements prepared once: nothing of ours in between.
    Spent run_raw_sqlite(const std::string& url, bool log_only) const {
        sqlite3* handle = nullptr;
        // As the server opens it: without a mutex around each call.
        constexpr int kFlags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
        if (sqlite3_open_v2(url.substr(7).c_str(), &handle, kFlags, nullptr) != SQLITE_OK) stop("cannot open " + url);
        const auto run = [&](const char* sql) {
            if (sqlite3_exec(handle, sql, nullptr, nullptr, nullptr) != SQLITE_OK) stop(sqlite3_errmsg(handle));
        };
        run(server::kSqliteSettings);
        std::vector<sqlite3_stmt*> statements;
        for (const Table& table : tables_) {
            statements.emplace_back();
            if (sqlite3_prepare_v2(handle, insert_into(table).c_str(), -1, &statements.back(), nullptr) != SQLITE_OK) stop(sqlite3_errmsg(handle));
        }
        const Watch watch;
        for (std::size_t number = 0; number < requests_.size(); ++number) {
            run("BEGIN IMMEDIATE");
            for (std::size_t i = 0; i < tables_.size(); ++i) {
                if (log_only && tables_[i].name != "kernel_record") continue;
                for (const auto& row : slice(tables_[i], number)) {
                    for (int column = 0; column < tables_[i].columns; ++column) {
                        const Cell& cell = row[static_cast<std::size_t>(column)];
                        if (const auto* text = std::get_if<std::string>(&cell)) {
                            sqlite3_bind_text(statements[i], column + 1, text->data(), static_cast<int>(text->size()), SQLITE_STATIC);
                        } else if (const auto* value = std::get_if<std::int64_t>(&cell)) {
                            sqlite3_bind_int64(statements[i], column + 1, *value);
                        } else {
                            sqlite3_bind_null(statements[i], column + 1);
                        }
                    }
                    if (sqlite3_step(statements[i]) != SQLITE_DONE) stop(sqlite3_errmsg(handle));
                    sqlite3_reset(statements[i]);
                }
            }
            run("COMMIT");
        }
        const Spent spent = watch.spent();
        for (sqlite3_stmt* statement : statements) sqlite3_finalize(statement);
        sqlite3_close(handle);
        return spent;
    }

    /// PostgreSQL: prepared statements in a pipeline, as the port sends them.
    Spent run_raw_port(const std::string& url, bool log_only) const {
        auto database = must(server::open_engine(url), "database");
        std::vector<std::string> statements;
        for (const Table& table : tables_) statements.push_back(insert_into(table));
        const Watch watch;
        for (std::size_t number = 0; number < requests_.size(); ++number) {
            must(database->begin(), "begin");
            for (std::size_t i = 0; i < tables_.size(); ++i) {
                if (log_only && tables_[i].name != "kernel_record") continue;
                for (const auto& row : slice(tables_[i], number)) {
                    std::vector<SqlValue> values;
                    for (const Cell& cell : row) {
                        if (const auto* text = std::get_if<std::string>(&cell)) values.emplace_back(std::string_view(*text));
                        else if (const auto* value = std::get_if<std::int64_t>(&cell)) values.emplace_back(*value);
                        else values.emplace_back(nullptr);
                    }
                    must(database->write(statements[i], values), "insert");
                }
            }
            must(database->commit(), "commit");
        }
        return watch.spent();
    }

    Spent run_http(const std::string& url) {
        return http_stage(arguments_.server, arguments_.units, url, units_, requests_);
    }

    Arguments arguments_;
    Units units_;
    Instant now_;
    std::vector<Request> requests_;
    std::vector<Table> tables_;
    std::vector<Figure> figures_;
    std::map<std::string, Shares> shares_;
};

Arguments read_arguments(int count, char** values) {
    Arguments out;
    const auto wrong = [](const std::string& why) {
        std::fprintf(stderr, "ingest: %s (try --help)\n", why.c_str());
        std::exit(2);
    };
    for (int i = 1; i < count; ++i) {
        const std::string name = values[i];
        if (name == "--help" || name == "-h") {
            std::fputs(kHelp, stdout);
            std::exit(0);
        }
        if (name == "--no-http") {
            out.http = false;
            continue;
        }
        if (i + 1 == count) wrong(name + " is unknown or needs a value");
        const std::string value = values[++i];
        const auto number = [&](long low, long high) {
            char* end = nullptr;
            const long parsed = std::strtol(value.c_str(), &end, 10);
            if (*end || value.empty() || parsed < low || parsed > high) {
                wrong(name + " is '" + value + "'; expected " + std::to_string(low) + " to " + std::to_string(high));
            }
            return parsed;
        };
        if (name == "--records") out.records = static_cast<std::size_t>(number(1, 10'000'000));
        else if (name == "--batch") out.batch = static_cast<std::size_t>(number(1, 500));
        else if (name == "--rounds") out.rounds = static_cast<int>(number(1, 99));
        else if (name == "--database" && (value == "sqlite" || value == "all")) out.database = value;
        else if (name == "--spread" && (value == "country" || value == "one")) out.spread = value == "one" ? Spread::one_commune : Spread::country;
        else if (name == "--units") out.units = value;
        else if (name == "--server") out.server = value;
        else if (name == "--folder") out.folder = value;
        else if (name == "--json") out.json = value;
        else wrong(name + ' ' + value + " is unknown");
    }
    return out;
}

int run(int count, char** values) {
    const Arguments arguments = read_arguments(count, values);
    Bench bench(arguments, server::system_now());
    bench.make_requests();
    std::string folder = arguments.folder + "/lachan-bench-XXXXXX";
    if (!mkdtemp(folder.data())) stop("no folder in " + arguments.folder);
    int files = 0;
    // SQLite goes first: the rows to insert again are read from it.
    bench.run("sqlite", [&] { return "sqlite:" + folder + '/' + std::to_string(++files) + ".sqlite"; });
    if (arguments.database != "sqlite") {
        auto& postgres = testing::PostgresServer::shared();
        if (postgres.url().empty()) std::fprintf(stderr, "postgresql: skipped, %s\n", postgres.reason().c_str());
        else bench.run("postgresql", [&] { return postgres.fresh_database(); });
    }
    bench.print();
    bench.write_json();
    std::filesystem::remove_all(folder);
    return 0;
}

}  // namespace
}  // namespace lachan::bench

int main(int count, char** values) { return lachan::bench::run(count, values); }
