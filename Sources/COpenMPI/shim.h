#pragma once

// No C++ bindings.
#define OMPI_SKIP_MPICXX 1
#define MPICH_SKIP_MPICXX 1
#include <mpi.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

// MPI_COMM_WORLD, MPI_BYTE and their like are macros: the address of a struct (Open MPI) or an integer (MPICH). Swift
// imports neither. In inline functions they are ordinary C, and no handle leaves this header, so that the Swift code is
// the same with either library.

/// What a waiting message is: its sender, its tag and its length in bytes.
typedef struct {
  int32_t source;
  int32_t tag;
  int32_t count;
} sigmascope_mpi_envelope;

/// A message on its way: it holds the bytes until they have left.
typedef struct {
  MPI_Request request;
  char bytes[];
} sigmascope_mpi_sending;

/// Starts MPI such that one thread at a time may call it, and makes faults codes in place of ends of the process.
static inline int sigmascope_mpi_start(void) {
  int provided = 0;
  int code = MPI_Init_thread(NULL, NULL, MPI_THREAD_SERIALIZED, &provided);
  if (code != MPI_SUCCESS) return code;
  if (provided < MPI_THREAD_SERIALIZED) return MPI_ERR_OTHER;
  return MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
}

static inline int sigmascope_mpi_finish(void) { return MPI_Finalize(); }

/// Ends all ranks.
static inline void sigmascope_mpi_abort(int code) { MPI_Abort(MPI_COMM_WORLD, code); }

static inline int sigmascope_mpi_rank(void) {
  int rank = 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  return rank;
}

static inline int sigmascope_mpi_size(void) {
  int size = 1;
  MPI_Comm_size(MPI_COMM_WORLD, &size);
  return size;
}

/// Begins to send a copy of some bytes, and never waits; null if that fails.
static inline void *sigmascope_mpi_send(const void *bytes, int count, int destination) {
  sigmascope_mpi_sending *sending = malloc(sizeof(sigmascope_mpi_sending) + (size_t)count);
  if (!sending) return NULL;
  memcpy(sending->bytes, bytes, (size_t)count);
  if (MPI_Isend(sending->bytes, count, MPI_BYTE, destination, 0, MPI_COMM_WORLD, &sending->request) !=
      MPI_SUCCESS) {
    free(sending);
    return NULL;
  }
  return sending;
}

/// Whether a message has left; its memory is then freed.
static inline int sigmascope_mpi_has_left(void *message) {
  sigmascope_mpi_sending *sending = message;
  int done = 0;
  if (MPI_Test(&sending->request, &done, MPI_STATUS_IGNORE) != MPI_SUCCESS) return 0;
  if (done) free(sending);
  return done;
}

/// Whether a message from anyone waits, and what it is; never waits itself.
static inline int sigmascope_mpi_peek(int *found, sigmascope_mpi_envelope *envelope) {
  MPI_Status status;
  int code = MPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, MPI_COMM_WORLD, found, &status);
  if (code != MPI_SUCCESS || !*found) return code;
  int count = 0;
  code = MPI_Get_count(&status, MPI_BYTE, &count);
  envelope->source = status.MPI_SOURCE;
  envelope->tag = status.MPI_TAG;
  envelope->count = count;
  return code;
}

static inline int sigmascope_mpi_receive(void *bytes, sigmascope_mpi_envelope envelope) {
  return MPI_Recv(bytes, envelope.count, MPI_BYTE, envelope.source, envelope.tag, MPI_COMM_WORLD,
                  MPI_STATUS_IGNORE);
}

/// The text of a code, cut to what fits.
static inline void sigmascope_mpi_error_text(int code, char *text, int capacity) {
  char buffer[MPI_MAX_ERROR_STRING + 1] = {0};
  int length = 0;
  MPI_Error_string(code, buffer, &length);
  strncpy(text, buffer, (size_t)capacity - 1);
  text[capacity - 1] = 0;
}

/// Which library this is, cut to what fits.
static inline void sigmascope_mpi_library(char *text, int capacity) {
  char buffer[MPI_MAX_LIBRARY_VERSION_STRING + 1] = {0};
  int length = 0;
  MPI_Get_library_version(buffer, &length);
  strncpy(text, buffer, (size_t)capacity - 1);
  text[capacity - 1] = 0;
}
