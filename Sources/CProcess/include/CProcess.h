#pragma once

// Gives up the right to raise the priority of a thread. Root has it, and libdispatch uses it: it gives its threads the niceness
// 0, whatever that of the process is, so that a program that was started with `nice` would work like any other. Threads that
// begin later have no such right either, and keep the niceness of the process. Does nothing where there is no such right.
void sigmascope_forgo_priority(void);
