#pragma once

#include <sys/types.h>

// Starts a program in a folder, without input. What it writes goes to two files, which are made or emptied. It inherits no
// other open file, and signals act as they do for a program that a shell starts, whatever this process has set.
// Returns 0 and the number of the process, or the code of an error.
int spawn_program(
    pid_t *identifier, const char *program, char *const arguments[], char *const environment[], const char *folder,
    const char *output, const char *errors);
