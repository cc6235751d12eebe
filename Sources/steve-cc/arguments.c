#include "steve-cc.h"

#include <stddef.h>
#include <string.h>

static bool starts(const char *word, const char *beginning)
{
    return strncmp(word, beginning, strlen(beginning)) == 0;
}

static bool is_one_of(const char *word, const char *const *list)
{
    for (; *list; list++)
        if (strcmp(word, *list) == 0) return true;
    return false;
}

static bool starts_with_one_of(const char *word, const char *const *list)
{
    for (; *list; list++)
        if (starts(word, *list)) return true;
    return false;
}

/* Options that take the next word. */
static const char *const with_a_word[] = {
    "-o", "-D", "-U", "-I", "-include", "-imacros", "-idirafter", "-iprefix", "-iwithprefix", "-iwithprefixbefore",
    "-isystem", "-iquote", "-isysroot", "-MF", "-MT", "-MQ", "-arch", "-target", "--param", "-Xpreprocessor", NULL,
};

/* Options for which the preprocessed source does not suffice, or which leave more here than the object. */
static const char *const stays_here[] = {
    "@", "-specs", "--specs", "-x", "-fprofile", "-ftest-coverage", "--coverage", "-fauto-profile", "-fbranch-probabilities",
    "-frepo", "-fplugin", "-fmodule", "-fcxx-modules", "-fpch", "-gsplit-dwarf", "-save-temps", "--save-temps", "-fdump",
    "-d", "-fstack-usage", "-fcallgraph-info", "-fsave-optimization-record", "-fopt-info", "-Xassembler", "-Xclang", "-B",
    "-march=native", "-mtune=native", "-mcpu=native", "-wrapper", "-aux-info", "-fdiagnostics-add-output", "-ftime-trace",
    "-fsanitize-blacklist", "-fsanitize-ignorelist", "-fsyntax-only", "--analyze", "-emit-", "-###", "--help", "--version",
    "-print", NULL,
};

static const char *const exactly[] = {"-", "-E", "-S", "-v", "-Q", NULL};

static const char *const dependencies[] = {"-MD", "-MMD", "-MG", "-MP", "-MV", NULL};

static const char *const sources[] = {".c", ".cc", ".cpp", ".cxx", ".cp", ".c++", ".C", ".i", ".ii", ".m", ".mm", ".mi", ".mii", NULL};

static bool is_source(const char *word)
{
    const char *ending = strrchr(word, '.');
    return ending && is_one_of(ending, sources);
}

/* distcc keeps these sources here: configure tests what this machine's compiler can do. */
static bool is_a_test_of_configure(const char *word)
{
    const char *name = strrchr(word, '/');
    return starts(name ? name + 1 : word, "conftest.");
}

static bool option_stays_here(const char *word)
{
    if (starts(word, "-M")) return !is_one_of(word, dependencies) && !starts(word, "-MF") && !starts(word, "-MT") && !starts(word, "-MQ");
    if (starts(word, "-Wa,")) return strstr(word, ",-a") || strstr(word, "--MD") || strstr(word, ",@");
    return is_one_of(word, exactly) || starts_with_one_of(word, stays_here);
}

bool can_go_away(char *const *words)
{
    bool compiles = false;
    int found = 0, outputs = 0;
    for (char *const *word = words + 1; *word; word++) {
        if (strcmp(*word, "-c") == 0) {
            compiles = true;
        } else if (is_one_of(*word, with_a_word)) {
            bool output = strcmp(*word, "-o") == 0;
            if (!*++word || (output && strcmp(*word, "-") == 0)) return false;
            outputs += output;
        } else if (**word == '-') {
            if (option_stays_here(*word)) return false;
            outputs += starts(*word, "-o");
        } else {
            /* With an object or a library among its words, a command is no compile of one source. */
            if (**word == '@' || !is_source(*word) || is_a_test_of_configure(*word)) return false;
            found++;
        }
    }
    return compiles && found == 1 && outputs <= 1;
}
