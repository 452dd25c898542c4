#!/usr/bin/env bash
# Lays out what an installation holds, below a folder that stands for the prefix:
#
#   Packaging/stage.sh .build/release/sigmascope FOLDER
set -euo pipefail
binary=$(realpath -s "$1")
folder=$(realpath -ms "$2")
# Of the dependencies, beside the build that the program is of.
checkouts=$(realpath "${binary%/release/*}/checkouts")
root=$(cd "$(dirname "$0")/.." && pwd)
doc=$folder/share/doc/sigmascope

rm -rf "$folder"
install -d "$folder/bin" "$folder/share/man/man1" "$doc/licenses" \
  "$folder/share/bash-completion/completions" "$folder/share/zsh/site-functions" "$folder/share/fish/vendor_completions.d"
strip --strip-all -o "$folder/bin/sigmascope" "$binary"
chmod 755 "$folder/bin/sigmascope"
"$binary" --generate-completion-script bash >"$folder/share/bash-completion/completions/sigmascope"
"$binary" --generate-completion-script zsh >"$folder/share/zsh/site-functions/_sigmascope"
"$binary" --generate-completion-script fish >"$folder/share/fish/vendor_completions.d/sigmascope.fish"
"$root/Packaging/manual.sh" "$binary" >"$folder/share/man/man1/sigmascope.1"

cd "$root"
cp LICENSE NOTICE README.md CHANGELOG.md "$doc"
find docs -type f ! -name '*.ipynb' ! -name '*.py' -exec install -D -m 644 {} "$doc/{}" \;
# What is linked in keeps its own licence.
for package in swift-argument-parser swift-mustache TOMLKit; do
  cp "$checkouts/$package/"LICENSE* "$doc/licenses/$package.txt"
done
sed -n '/^\/\/ MIT License/,/^#ifndef/ s/^\/\/ \?//p' "$checkouts/TOMLKit/Sources/CTOML/Sources/toml.hpp" \
  >"$doc/licenses/toml++.txt"
toolchain=$(dirname "$(realpath "$(command -v swiftc)")")/..
[ ! -e "$toolchain/share/swift/LICENSE.txt" ] || cp "$toolchain/share/swift/LICENSE.txt" "$doc/licenses/swift.txt"
[ ! -e /usr/share/doc/libxxhash-dev/copyright ] || cp /usr/share/doc/libxxhash-dev/copyright "$doc/licenses/xxhash.txt"
