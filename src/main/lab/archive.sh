#!/bin/sh
# Prints, as one-line apt sources, the archives of the distribution that this machine itself uses,
# whatever style its own files have. Archives of others (a vendor's, a language's) are left out.
set -eu

if [ $# -ne 0 ]; then
  echo "usage: archive.sh" >&2
  exit 2
fi

keyring=
for file in /usr/share/keyrings/debian-archive-keyring.gpg /usr/share/keyrings/ubuntu-archive-keyring.gpg; do
  if [ -e "$file" ]; then keyring=$file; fi
done

# shellcheck disable=SC2016 # apt's own placeholders
apt-get indextargets --format '$(ORIGIN)|$(REPO_URI)|$(RELEASE)|$(COMPONENT)' 'Created-By: Packages' |
  awk -F '|' -v keyring="$keyring" '
    $1 == "Debian" || $1 == "Ubuntu" { print "deb [signed-by=" keyring "] " $2 " " $3 " " $4 }' |
  LC_ALL=C sort -u
