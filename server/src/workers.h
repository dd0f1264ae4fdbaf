#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "sql/engine.h"

namespace lachan::server {

/// Stands in where there is no database: each question is answered, with `error`.
std::unique_ptr<Engine> no_engine(Error error);

/// Threads that each hold a connection of their own. Nothing that asks the database or computes for long runs on the thread
/// of the sockets.
class Workers {
public:
    using Job = std::function<void(Engine&)>;
    using Open = std::function<Result<std::unique_ptr<Engine>>()>;

    /// At most `limit` jobs wait; what comes then is refused at once, so that a flood costs a 503 and not all memory.
    Workers(int threads, std::size_t limit, Open open);
    ~Workers();
    Workers(const Workers&) = delete;
    Workers& operator=(const Workers&) = delete;

    /// False when too many jobs wait already or the workers have been stopped.
    bool submit(Job job);

    /// Ends the threads once each has finished the job it is at. What still waits is dropped: whoever asked has been answered
    /// or given up by then, and sends again.
    void stop();

private:
    void work();

    const std::size_t limit_;
    const Open open_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<Job> jobs_;
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace lachan::server
