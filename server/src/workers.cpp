#include "workers.h"

namespace lachan::server {
namespace {

class NoEngine final : public Engine {
public:
    explicit NoEngine(Error error) : error_(std::move(error)) {}
    Result<void> write(std::string_view, std::span<const SqlValue>) override { return error_; }
    Result<void> read(std::string_view, std::span<const SqlValue>, const OnRow&) override { return error_; }
    Result<void> script(std::string_view) override { return error_; }
    Result<void> begin() override { return error_; }
    Result<void> begin_relaxed() override { return error_; }
    Result<void> commit() override { return error_; }
    void rollback() override {}
    Result<void> migrate_alone(std::span<const Migration>, Instant) override { return error_; }
    bool many_writers() const override { return false; }
    std::string_view kind() const override { return "none"; }

private:
    Error error_;
};

}  // namespace

std::unique_ptr<Engine> no_engine(Error error) { return std::make_unique<NoEngine>(std::move(error)); }

Workers::Workers(int threads, std::size_t limit, Open open) : limit_(limit), open_(std::move(open)) {
    for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
}

Workers::~Workers() { stop(); }

bool Workers::submit(Job job) {
    {
        const std::lock_guard lock(mutex_);
        if (stopping_ || jobs_.size() >= limit_) return false;
        jobs_.push_back(std::move(job));
    }
    wake_.notify_one();
    return true;
}

void Workers::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        jobs_.clear();
    }
    wake_.notify_all();
    for (std::thread& thread : threads_) {
        if (thread.joinable()) thread.join();
    }
}

void Workers::work() {
    std::unique_ptr<Engine> engine;
    for (;;) {
        Job job;
        {
            std::unique_lock lock(mutex_);
            wake_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
            if (jobs_.empty()) return;
            job = std::move(jobs_.front());
            jobs_.pop_front();
        }
        if (!engine) {
            auto opened = open_();
            if (!opened) {
                NoEngine none(opened.error());
                job(none);
                continue;
            }
            engine = std::move(*opened);
        }
        job(*engine);
        // A job that forgot an open transaction would hold its locks until the next one.
        engine->rollback();
    }
}

}  // namespace lachan::server
