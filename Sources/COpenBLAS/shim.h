#pragma once
#include <cblas.h>
#include <lapacke.h>
#if defined(__linux__)
#include <malloc.h>
#endif

/* LAPACK has this routine, LAPACKE does not: a symmetric matrix to a band. The last argument is the length of `uplo`,
   which Fortran passes out of sight. */
void dsytrd_sy2sb_(const char *uplo, const int *n, const int *kd, double *a, const int *lda, double *ab,
                   const int *ldab, double *tau, double *work, const int *lwork, int *info,
                   size_t uplo_length);
