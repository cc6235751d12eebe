#define _GNU_SOURCE
#include "steve-cc.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const usual_path = "/usr/local/bin:/usr/bin:/bin";

static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static bool is_same_file(const char *one, const char *other)
{
    struct stat a, b;
    return stat(one, &a) == 0 && stat(other, &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

/* Whether the path leads to steve-cc or distcc under a compiler's name. */
static bool is_stand_in(const char *path)
{
    if (is_same_file(path, "/proc/self/exe")) return true;
    char whole[PATH_MAX];
    return realpath(path, whole) && strcmp(last_part(whole), "distcc") == 0;
}

/* Searches PATH, and then the folders where compilers usually are: a helper's PATH may have nothing but
 * our links. */
static char *search(const char *name, bool (*is_refused)(const char *))
{
    const char *given = getenv("PATH");
    const char *paths[] = {given ? given : "", usual_path};
    for (int turn = 0; turn < 2; turn++) {
        for (const char *folder = paths[turn]; *folder;) {
            size_t length = strcspn(folder, ":");
            char *path = NULL;
            if (asprintf(&path, "%.*s/%s", length ? (int)length : 1, length ? folder : ".", name) < 0) return NULL;
            struct stat status;
            if (stat(path, &status) == 0 && S_ISREG(status.st_mode) && access(path, X_OK) == 0 && !(is_refused && is_refused(path)))
                return path;
            free(path);
            folder += length + (folder[length] == ':');
        }
    }
    return NULL;
}

char *real_compiler(const char *word)
{
    if (strchr(word, '/') && !is_stand_in(word)) return access(word, X_OK) == 0 ? strdup(word) : NULL;
    return search(last_part(word), is_stand_in);
}

const char *name_for_helpers(const char *word, const char *compiler)
{
    const char *name = last_part(word);
    if (!strchr(word, '/')) return name;
    char *found = search(name, is_stand_in);
    bool leads_there = found && is_same_file(found, compiler);
    free(found);
    return leads_there ? name : NULL;
}

void add_usual_folders_to_path(void)
{
    const char *given = getenv("PATH");
    char *all = NULL;
    if (asprintf(&all, "%s%s%s", given ? given : "", given && *given ? ":" : "", usual_path) > 0) setenv("PATH", all, 1);
    free(all);
}

char *find_distcc(void) { return search("distcc", NULL); }

void become(char *compiler, char **words)
{
    words[0] = compiler;
    execv(compiler, words);
    fprintf(stderr, "steve-cc: cannot run %s: %m\n", compiler);
    exit(errno == ENOENT ? 127 : 126);
}
