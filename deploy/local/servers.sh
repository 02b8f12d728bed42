# shellcheck shell=bash
# The three servers as background processes of this machine. To be sourced after lib.sh.

readonly servers=(catalog ingestion query)
# Added to every port, for a second system on the same machine.
readonly port_offset=${DATELINE_PORT_OFFSET:-0}
readonly programs=$DATELINE_ROOT/build/release/bin
readonly run_dir=$DATELINE_LOCAL_DIR/run log_dir=$DATELINE_LOCAL_DIR/log

# port_of SERVER, metrics_port_of SERVER
port_of() {
  case $1 in
    ingestion) echo $((7101 + port_offset)) ;;
    catalog) echo $((7102 + port_offset)) ;;
    query) echo $((7103 + port_offset)) ;;
  esac
}
metrics_port_of() { echo $(($(port_of "$1") + 2000)); }
address_of() { echo "127.0.0.1:$(port_of "$1")"; }

# The file with what runs: process id, program, fingerprint of program and configuration.
pid_file() { echo "$run_dir/$1.pid"; }

# running_pid SERVER: prints the id of our own process of it, if there is one. A recycled id is not taken for it.
running_pid() {
  local pid program fingerprint
  [[ -s $(pid_file "$1") ]] || return 1
  read -r pid program fingerprint <"$(pid_file "$1")"
  runs_program "$pid" "$program" && ! has_ended "$pid" && echo "$pid"
}

has_settled() { runs_program "$1" "$2" || has_ended "$1"; }

stop_server() {
  local pid
  if pid=$(running_pid "$1"); then
    note "stopping $1 (process $pid)"
    end_process "$pid" 15
  fi
  rm -f "$(pid_file "$1")"
}

require_free_ports() {
  local server port
  for server in "${servers[@]}"; do
    running_pid "$server" >/dev/null && continue
    for port in "$(port_of "$server")" "$(metrics_port_of "$server")"; do
      ! is_port_open 127.0.0.1 "$port" ||
        die "port $port, wanted for $server, is in use by another program" \
          "stop that program, or choose other ports: DATELINE_PORT_OFFSET=100 deploy/local/up"
    done
  done
}

# start_server SERVER ARGUMENT…: starts it unless it runs already from the same program with the same arguments.
start_server() {
  local server=$1 program=$programs/dateline-$1 fingerprint pid
  shift
  set -- --listen "$(address_of "$server")" --metrics-listen "127.0.0.1:$(metrics_port_of "$server")" "$@"
  fingerprint=$({ sha256sum <"$program" && printf '%s\n' "$@" "${DATELINE_DATABASE:-}"; } | sha256sum | cut -c1-16)
  if pid=$(running_pid "$server"); then
    if [[ $(cut -d' ' -f3 "$(pid_file "$server")") == "$fingerprint" ]]; then
      note "$server runs already (process $pid)"
      return
    fi
    stop_server "$server"
  fi
  mkdir -p "$run_dir" "$log_dir"
  setsid "$program" "$@" </dev/null >>"$log_dir/$server.log" 2>&1 &
  pid=$!
  printf '%s %s %s\n' "$pid" "$program" "$fingerprint" >"$(pid_file "$server")"
  wait_until 5 has_settled "$pid" "$program"
  note "started $server (process $pid), log $log_dir/$server.log"
}

# die_if_ended: shows the end of the log of a server that did not stay up.
die_if_ended() {
  local server
  for server in "${servers[@]}"; do
    running_pid "$server" >/dev/null && continue
    tail -n 20 "$log_dir/$server.log" >&2
    die "$server has ended" "see above and $log_dir/$server.log"
  done
}

operator() {
  "$programs/dateline" --ingestion "$(address_of ingestion)" --catalog "$(address_of catalog)" --query "$(address_of query)" "$@"
}

all_well() {
  die_if_ended
  operator status >"$log_dir/status.txt" 2>&1
}

wait_for_servers() {
  if ! wait_until 60 all_well; then
    cat "$log_dir/status.txt" >&2
    die "the servers did not become healthy within 60 s" "see the logs in $log_dir"
  fi
}
