#!/usr/bin/env bash
# The man page of the program, made of what its help says:
#
#   Packaging/manual.sh .build/release/sigmascope >sigmascope.1
#
# (The plugin of Swift Argument Parser does it too, but builds the whole package and a second Argument Parser first.)
set -euo pipefail
binary=$1
# No line is wrapped: a paragraph is one line.
export COLUMNS=10000

# Help on standard input -> troff. $1 begins a section: .SH for the program, .SS for a command.
troff() {
  awk -v heading="$1" '
    function escape(text) {
      gsub(/\\/, "\\e", text); gsub(/-/, "\\-", text); gsub(/\047/, "\\(aq", text)
      return text
    }
    function end_example() { if (is_example) print ".fi\n.RE"; is_example = 0 }
    /^OVERVIEW: / { print heading " DESCRIPTION"; print escape(substr($0, 11)); next }
    /^USAGE: / { end_example(); print heading " SYNOPSIS"; print ".B " escape(substr($0, 8)); next }
    # A list: the name of an item begins at column 3, what it means at column 27.
    /^[A-Z][A-Z ]*:$/ { print heading " " substr($0, 1, length($0) - 1); is_list = 1; next }
    is_list && /^  [^ ]/ {
      fits = substr($0, 26, 1) == " " || length($0) < 27
      name = fits ? substr($0, 3, 24) : substr($0, 3); sub(/ +$/, "", name)
      print ".TP\n.B " escape(name)
      if (fits && length($0) > 26) print escape(substr($0, 27))
      next
    }
    is_list && /^   / { sub(/^ +/, ""); print escape($0); next }
    is_list { next }
    # Examples are indented.
    /^  / { if (!is_example) print ".RS 2\n.nf"; is_example = 1; print escape(substr($0, 3)); next }
    /^$/ { end_example(); print ".PP"; next }
    { end_example(); print escape($0) }'
}

help=$("$binary" --help | grep -v "See 'sigmascope help")
echo ".TH SIGMASCOPE 1 \"\" \"sigmascope $("$binary" --version)\" \"User Commands\""
echo ".SH NAME"
echo "sigmascope \\- $(sed -n 's/^OVERVIEW: //p' <<<"$help")"
troff .SH <<<"$help"
for command in $(awk '/^SUBCOMMANDS:/ { inside = 1 } inside && /^  [a-z]/ { sub(/,$/, "", $1); print $1 }' <<<"$help"); do
  echo ".SH SIGMASCOPE ${command^^}"
  "$binary" help "$command" | troff .SS
done
cat <<'END'
.SH ENVIRONMENT
.TP
.B SIGMASCOPE_CACHE
The folder of decomposed bases and of the small base, once it was asked for; else $XDG_CACHE_HOME/sigmascope, else ~/.cache/sigmascope.
.TP
.B OPENBLAS_NUM_THREADS, OPENBLAS_CORETYPE
As OpenBLAS reads them.
.SH EXIT STATUS
0: done. 1: a condition of \-\-fail\-on holds, \fBcheck\fR did not pass, \fBdoctor\fR found an error, or \fBreproduce \-\-verify\fR found a run that differs. 64: wrong usage. 65: bad input. 70: a fault of the program. 74: a file could not be written. 130: interrupted.
END
