#!/usr/bin/env bash
# Builds the image of deploy/docker with buildah, which needs no engine, on a base made from Debian's packages, since a registry may be
# out of reach; then asks each program in it for its help as the image's own user. Needs root; takes as long as a release build.
#
#   tests/images.sh [OUT]    OUT: a folder whose `out` holds an installed release, to be used instead of building one in the image
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source-path=SCRIPTDIR source=../deploy/local/lib.sh
source deploy/local/lib.sh

[[ $(id -u) -eq 0 ]] || die "images are built as root" "sudo tests/images.sh"
# An image is too large for a /tmp in memory; TMPDIR chooses another place.
work=$(mktemp -d "${TMPDIR:-/var/tmp}/dateline-image.XXXXXX")
trap 'rm -rf -- "$work"' EXIT
export STORAGE_DRIVER=vfs BUILDAH_ISOLATION=chroot
tool() { buildah --root "$work/storage" --runroot "$work/run" "$@"; }

step "Make a base from Debian's packages"
mmdebstrap --mode=root --variant=minbase --quiet bookworm "$work/base.tar"
container=$(tool from scratch)
tool add --quiet "$container" "$work/base.tar" / >/dev/null
tool commit --quiet --rm "$container" localhost/debian:bookworm >/dev/null

# Where the network has an authority of its own, npm trusts it in the image's build as it does here.
authorities=()
if [[ -n ${NODE_EXTRA_CA_CERTS:-} ]]; then
  authorities=(--volume "$NODE_EXTRA_CA_CERTS:/run/authorities.crt:ro" --build-arg NODE_EXTRA_CA_CERTS=/run/authorities.crt)
fi

step "Build the image"
tool bud --pull-never "${authorities[@]}" --build-arg BASE=localhost/debian:bookworm ${1+--build-context "build=$1"} \
  --tag localhost/dateline:test --file deploy/docker/Dockerfile .

step "Run its programs"
container=$(tool from --pull-never localhost/dateline:test)
[[ $(tool inspect --format '{{.OCIv1.Config.User}}' "$container") == 10001:10001 ]] || die "the image's user is not 10001:10001"
for program in dateline dateline-catalog dateline-ingestion dateline-query; do
  tool run "$container" -- "$program" --help | grep -q . || die "$program does not run"
done
tool run "$container" -- sh -c 'test "$(id -u)" = 10001 && ls "$DATELINE_MIGRATIONS"/V001*.sql && ! command -v gcc' ||
  die "the image's user, migrations or contents are not as expected"
note "all programs run"
