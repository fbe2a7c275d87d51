# Keeps three PostgreSQL servers under Patroni, with an etcd that says who leads, as long as somebody holds the other end of
# standard input, from which it takes what is to happen to them: `kill NUMBER`, `start NUMBER`. Arguments: the folder of
# PostgreSQL's programs, Patroni, the folder, and eight free ports. Says `+` when all are started, and after each word that it
# has followed. A pipe is closed by the system however its holder ends, so nothing is left behind by a kill either.
programs=$1
patroni=$2
folder=$3
shift 3
etcd_port=$1
peer_port=$2
pg_ports="$3 $4 $5"
rest_ports="$6 $7 $8"

# A process that works in our folder. Numbers out of files may be another's by now, which is let alone.
ours() { [ -n "$1" ] && ps -o args= -p "$1" 2>/dev/null | grep -qF "$folder/"; }
# Those of these processes that are ours, and what they have started.
family() {
    for pid in "$@"; do
        ours "$pid" && echo "$pid" && ps -o pid= --ppid "$pid"
    done
}
# All at once: nobody has time to write a last word.
end() {
    doomed=$(family "$@")
    [ -z "$doomed" ] || kill -9 $doomed 2>/dev/null
}
# Patroni together with its PostgreSQL, which is nobody's child.
fall() {
    end "$(cat "$folder/$1.pid" 2>/dev/null)" "$(head -n 1 "$folder/data$1/postmaster.pid" 2>/dev/null)"
    rm -f "$folder/$1.pid"
}
leave() {
    for number in 1 2 3; do fall "$number"; done
    end "$etcd"
    rm -rf "$folder"
}
begin() {
    "$patroni" "$folder/$1.yml" >>"$folder/$1.log" 2>&1 </dev/null &
    echo $! >"$folder/$1.pid"
}
part() { echo "$1" | cut -d ' ' -f "$2"; }
settings() {
    cat <<SETTINGS
scope: gongji
name: member$1
etcd3: {hosts: ['127.0.0.1:$etcd_port']}
restapi: {listen: '127.0.0.1:$(part "$rest_ports" "$1")', connect_address: '127.0.0.1:$(part "$rest_ports" "$1")'}
bootstrap:
  dcs:
    ttl: 20
    loop_wait: 3
    retry_timeout: 5
    maximum_lag_on_failover: 0
    synchronous_mode: quorum
    synchronous_mode_strict: true
    synchronous_node_count: 1
    postgresql:
      use_pg_rewind: true
      use_slots: true
      parameters: {wal_log_hints: 'on', max_connections: 60, shared_buffers: 64MB, max_wal_size: 256MB}
  initdb: [{encoding: UTF8}, {locale: C}, data-checksums]
postgresql:
  listen: '127.0.0.1:$(part "$pg_ports" "$1")'
  connect_address: '127.0.0.1:$(part "$pg_ports" "$1")'
  data_dir: $folder/data$1
  bin_dir: $programs
  pgpass: $folder/pgpass$1
  parameters: {unix_socket_directories: $folder}
  pg_hba: ['local all all trust', 'host all all 127.0.0.1/32 trust', 'host replication all 127.0.0.1/32 trust']
  authentication: {superuser: {username: gongji}, replication: {username: standby}, rewind: {username: gongji}}
SETTINGS
}

trap leave EXIT
trap 'exit 1' HUP INT TERM PIPE
etcd --name one --data-dir "$folder/etcd" --log-level error \
    --listen-client-urls "http://127.0.0.1:$etcd_port" --advertise-client-urls "http://127.0.0.1:$etcd_port" \
    --listen-peer-urls "http://127.0.0.1:$peer_port" --initial-advertise-peer-urls "http://127.0.0.1:$peer_port" \
    --initial-cluster "one=http://127.0.0.1:$peer_port" >"$folder/etcd.log" 2>&1 </dev/null &
etcd=$!
for number in 1 2 3; do
    settings "$number" >"$folder/$number.yml"
    begin "$number"
done
echo +
while read -r word number; do
    case $word in
    kill) fall "$number" ;;
    start) begin "$number" ;;
    esac
    echo +
done
