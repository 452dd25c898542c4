#!/usr/bin/env bash
# Makes a Debian package of an installation that was staged:
#
#   Packaging/deb.sh .build/staged .build
#
# What it depends on is found out by dpkg-shlibdeps from the symbols that the program uses.
set -euo pipefail
staged=$(realpath "$1")
out=$(realpath -ms "$2")
root=$(cd "$(dirname "$0")/.." && pwd)
work=$root/.build/deb
version=$("$staged/bin/sigmascope" --version)
architecture=$(dpkg --print-architecture)
system=$work/root
doc=$system/usr/share/doc/sigmascope
# As Debian's own tools take it.
maintainer="${DEBFULLNAME:-The authors of Sigmascope} <${DEBEMAIL:-sigmascope@users.invalid}>"
date=$(git -C "$root" log -1 --format=%cD)

rm -rf "$work"
install -d "$system/usr/share" "$doc" "$work/debian"
cp -r "$staged/bin" "$system/usr/bin"
cp -r "$staged/share/man" "$staged/share/bash-completion" "$staged/share/fish" "$system/usr/share"
sed -i '1{/^#!/d}' "$system/usr/share/bash-completion/completions/sigmascope"
gzip -9n "$system/usr/share/man/man1/sigmascope.1"
install -D -m 644 "$staged/share/zsh/site-functions/_sigmascope" "$system/usr/share/zsh/vendor-completions/_sigmascope"
cp -r "$staged/share/doc/sigmascope/README.md" "$staged/share/doc/sigmascope/docs" "$doc"

# One file has all licences, that of this program first.
{
  echo "Sigmascope is under the Apache License 2.0, in /usr/share/common-licenses/Apache-2.0."
  echo
  cat "$root/NOTICE"
  for license in "$staged/share/doc/sigmascope/licenses"/*.txt; do
    printf '\nThe program has %s linked in, which is under this licence:\n\n' "$(basename "$license" .txt)"
    # The text of Apache's own licence is on every Debian.
    if grep -q 'Apache License' "$license"; then
      echo "The Apache License 2.0, in /usr/share/common-licenses/Apache-2.0."
      sed -n '/^## Runtime Library Exception/,$p' "$license"
    else
      cat "$license"
    fi
  done
} >"$doc/copyright"
printf 'sigmascope (%s) unstable; urgency=medium\n\n  * See docs/ and the history of the sources.\n\n -- %s  %s\n' \
  "$version" "$maintainer" "$date" | gzip -9n >"$doc/changelog.gz"

cat >"$work/debian/control" <<END
Source: sigmascope
Maintainer: $maintainer

Package: sigmascope
Architecture: $architecture
END
needs=$(cd "$work" && dpkg-shlibdeps -O "$system/usr/bin/sigmascope" 2>/dev/null | sed -n 's/^shlibs:Depends=//p')
install -d "$system/DEBIAN"
cat >"$system/DEBIAN/control" <<END
Package: sigmascope
Version: $version
Architecture: $architecture
Maintainer: $maintainer
Installed-Size: $(du -sk "$system/usr" | cut -f 1)
Depends: $needs
Section: science
Priority: optional
Description: spectral microscope for fine-tuning
 Compares fine-tuned checkpoints with their base model, matrix by matrix: how
 large the weight update is, how many directions it uses, and whether it lies on
 the dominant directions of the base more than a random update would. Judges
 runs of Trainer, TRL and PEFT by rules, and trains small language models by
 reinforcement learning to test findings in minutes.
END
find "$system" -type d -exec chmod 755 {} +
find "$system" -type f ! -path '*/bin/*' -exec chmod 644 {} +
(cd "$system" && find usr -type f -print0 | sort -z | xargs -0 md5sum >DEBIAN/md5sums)
dpkg-deb --root-owner-group --build "$system" "$out/sigmascope_${version}_$architecture.deb"
