# shellcheck shell=bash
# Functions shared by the scripts of this folder and by tests/run. To be sourced; needs bash 5.

# The top of the checkout, whatever the working folder.
DATELINE_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
# Where `up` keeps everything that it makes: database, replica, logs, process ids.
DATELINE_LOCAL_DIR=${DATELINE_LOCAL_DIR:-$DATELINE_ROOT/.local}

# step TEXT…: a line of progress.
step() { printf '==> %s\n' "$*"; }

# note TEXT…: a detail below a step.
note() { printf '    %s\n' "$*"; }

# die TEXT…: says what went wrong and what to do about it, and ends the script.
die() {
  printf 'error: %s\n' "$1" >&2
  shift
  local line
  for line in "$@"; do printf '       %s\n' "$line" >&2; done
  exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

# as_root COMMAND…: runs it as root, through sudo where needed.
as_root() {
  if [[ $(id -u) -eq 0 ]]; then
    "$@"
  else
    sudo "$@"
  fi
}

# as_user USER COMMAND…: runs it as USER (root only), or as oneself if USER is empty. Needs no PAM, so it works in a bare chroot.
as_user() {
  local user=$1
  shift
  if [[ -z $user ]]; then
    (cd / && "$@")
  else
    (cd / && HOME=/ setpriv --reuid "$user" --regid "$(id -gn "$user")" --clear-groups -- "$@")
  fi
}

# wait_until SECONDS COMMAND…: polls until COMMAND succeeds; fails when the time is up.
wait_until() {
  local deadline=$((SECONDS + $1))
  shift
  until "$@"; do
    ((SECONDS < deadline)) || return 1
    read -r -t 0.05 <> <(:) || true
  done
}

# is_port_open HOST PORT: whether something accepts connections there.
is_port_open() { (exec 3<>"/dev/tcp/$1/$2") 2>/dev/null; }

# free_port: a TCP port that nobody on loopback uses now.
free_port() {
  python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# runs_program PID FILE: whether PID is alive and runs the program FILE, also if FILE has been rebuilt since it started.
runs_program() {
  local exe
  exe=$(readlink "/proc/$1/exe" 2>/dev/null) || return 1
  exe=${exe% (deleted)}
  [[ $exe == "$(readlink -m "$2")" ]]
}

# has_ended PID: whether the process is gone (or only waits for its parent to notice).
has_ended() {
  local state
  state=$(sed -n 's/^State:[[:space:]]*\(.\).*/\1/p' "/proc/$1/status" 2>/dev/null)
  [[ -z $state || $state == Z ]]
}

# end_process PID SECONDS: asks a process to end and waits; insists when the time is up.
end_process() {
  kill -TERM "$1" 2>/dev/null || return 0
  if ! wait_until "$2" has_ended "$1"; then
    note "process $1 did not end within $2 s; killing it"
    kill -KILL "$1" 2>/dev/null || true
    wait_until 5 has_ended "$1"
  fi
}
