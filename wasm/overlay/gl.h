#pragma once

#include <GLES3/gl3.h>

#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

/// Things of WebGL2 with an owner. When the browser takes the context away, its things are gone with it: `forget` drops the names
/// without telling the new context, in which they may mean something else.
namespace lachan::overlay {

class Buffer {
public:
    Buffer() = default;
    Buffer(Buffer&& other) noexcept : name_(std::exchange(other.name_, 0)) {}
    Buffer& operator=(Buffer&& other) noexcept {
        std::swap(name_, other.name_);
        return *this;
    }
    ~Buffer() { glDeleteBuffers(1, &name_); }

    template <class Item>
    void fill(GLenum target, std::span<const Item> items, GLenum usage = GL_STATIC_DRAW) {
        if (name_ == 0) glGenBuffers(1, &name_);
        glBindBuffer(target, name_);
        glBufferData(target, static_cast<GLsizeiptr>(items.size_bytes()), items.data(), usage);
    }
    GLuint name() const { return name_; }
    void forget() { name_ = 0; }

private:
    GLuint name_ = 0;
};

class VertexArray {
public:
    VertexArray() = default;
    VertexArray(VertexArray&& other) noexcept : name_(std::exchange(other.name_, 0)) {}
    VertexArray& operator=(VertexArray&& other) noexcept {
        std::swap(name_, other.name_);
        return *this;
    }
    ~VertexArray() { glDeleteVertexArrays(1, &name_); }

    void bind() {
        if (name_ == 0) glGenVertexArrays(1, &name_);
        glBindVertexArray(name_);
    }
    void forget() { name_ = 0; }

private:
    GLuint name_ = 0;
};

/// A texture of numbers or colours that is read by index, never filtered.
class Table {
public:
    Table() = default;
    Table(Table&& other) noexcept : name_(std::exchange(other.name_, 0)) {}
    Table& operator=(Table&& other) noexcept {
        std::swap(name_, other.name_);
        return *this;
    }
    ~Table() { glDeleteTextures(1, &name_); }

    /// One byte for each item, `width` to a row; the last row is filled up with zeros.
    void fill_numbers(std::span<const std::uint8_t> numbers, GLsizei width);
    /// RGBA colours, `width` to a row, all rows full.
    void fill_colours(std::span<const std::uint32_t> colours, GLsizei width);
    void bind(GLenum unit) const {
        glActiveTexture(unit);
        glBindTexture(GL_TEXTURE_2D, name_);
    }
    void forget() { name_ = 0; }

private:
    void make();
    GLuint name_ = 0;
};

class Program {
public:
    Program() = default;
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;
    ~Program() { glDeleteProgram(name_); }

    /// False when the browser's compiler refuses it; attributes get the places 0, 1, ... in the order of their names.
    bool make(std::string_view vertex, std::string_view fragment, std::initializer_list<const char*> attributes);
    void use() const { glUseProgram(name_); }
    GLint place_of(const char* uniform) const { return glGetUniformLocation(name_, uniform); }
    void forget() { name_ = 0; }

private:
    GLuint name_ = 0;
};

}  // namespace lachan::overlay
