#include "gl.h"

#include <vector>

namespace lachan::overlay {

void Table::make() {
    if (name_ != 0) return;
    glGenTextures(1, &name_);
    glBindTexture(GL_TEXTURE_2D, name_);
    for (const int filter : {GL_TEXTURE_MIN_FILTER, GL_TEXTURE_MAG_FILTER}) glTexParameteri(GL_TEXTURE_2D, static_cast<GLenum>(filter), GL_NEAREST);
    for (const int wrap : {GL_TEXTURE_WRAP_S, GL_TEXTURE_WRAP_T}) glTexParameteri(GL_TEXTURE_2D, static_cast<GLenum>(wrap), GL_CLAMP_TO_EDGE);
}

void Table::fill_numbers(std::span<const std::uint8_t> numbers, GLsizei width) {
    make();
    const auto columns = static_cast<std::size_t>(width);
    std::vector<std::uint8_t> rows((numbers.size() + columns - 1) / columns * columns);
    std::copy(numbers.begin(), numbers.end(), rows.begin());
    glBindTexture(GL_TEXTURE_2D, name_);
    glPixelStorei(GL_UNPACK_ALIGNMENT, 1);
    glTexImage2D(GL_TEXTURE_2D, 0, GL_R8UI, width, static_cast<GLsizei>(rows.size() / columns), 0, GL_RED_INTEGER, GL_UNSIGNED_BYTE, rows.data());
    glPixelStorei(GL_UNPACK_ALIGNMENT, 4);
}

void Table::fill_colours(std::span<const std::uint32_t> colours, GLsizei width) {
    make();
    glBindTexture(GL_TEXTURE_2D, name_);
    glTexImage2D(GL_TEXTURE_2D, 0, GL_RGBA8, width, static_cast<GLsizei>(colours.size()) / width, 0, GL_RGBA, GL_UNSIGNED_BYTE, colours.data());
}

namespace {

GLuint compiled(GLenum kind, std::string_view text) {
    const GLuint shader = glCreateShader(kind);
    const char* data = text.data();
    const auto size = static_cast<GLint>(text.size());
    glShaderSource(shader, 1, &data, &size);
    glCompileShader(shader);
    return shader;
}

}  // namespace

bool Program::make(std::string_view vertex, std::string_view fragment, std::initializer_list<const char*> attributes) {
    const GLuint parts[] = {compiled(GL_VERTEX_SHADER, vertex), compiled(GL_FRAGMENT_SHADER, fragment)};
    const GLuint program = glCreateProgram();
    for (const GLuint part : parts) glAttachShader(program, part);
    GLuint place = 0;
    for (const char* attribute : attributes) glBindAttribLocation(program, place++, attribute);
    glLinkProgram(program);
    for (const GLuint part : parts) glDeleteShader(part);
    GLint linked = 0;
    glGetProgramiv(program, GL_LINK_STATUS, &linked);
    if (linked == 0) {
        glDeleteProgram(program);
        return false;
    }
    glDeleteProgram(name_);
    name_ = program;
    return true;
}

}  // namespace lachan::overlay
