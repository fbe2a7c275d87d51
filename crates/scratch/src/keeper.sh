# Keeps a PostgreSQL server as long as somebody holds the other end of standard input.
# Arguments: the folder of its programs, how its own folder is to begin, then settings. Says `+ FOLDER` whenever it can be reached,
# or `- REASON`. A pipe is closed by the system however its holder ends, so nothing is left behind by a kill either.
programs=$1
folder=$(mktemp -d "$2XXXXXX") || { echo "- no folder can be made that begins with $2"; exit 1; }
shift 2
data=$folder/data
leave() {
    "$programs/pg_ctl" stop -m immediate -D "$data" >/dev/null 2>&1
    rm -rf "$folder"
}
trap leave EXIT
trap 'exit 1' HUP INT TERM PIPE
fail() {
    echo "- $1: $(tail -n 3 "$folder/log" | tr '\n' ' ')"
    exit 1
}
"$programs/initdb" -U gongji --auth=trust -E UTF8 --locale=C --no-sync -D "$data" >"$folder/log" 2>&1 </dev/null ||
    fail "a cluster cannot be made"
serve() { "$programs/pg_ctl" start -w -D "$data" -l "$folder/log" -o "-k $folder $settings" >/dev/null 2>&1 </dev/null; }
settings=$*
serve || fail "the server does not start"
echo "+ $folder"
# Each line that comes kills the server, all its processes at once, and starts it again; what is dying holds it up a little.
while read -r _; do
    server=$(head -n 1 "$data/postmaster.pid" 2>/dev/null)
    # The number in a file may be another's by now.
    ps -o args= -p "${server:-0}" 2>/dev/null | grep -qF "$data" || fail "the server has ended by itself"
    kill -9 "$server" $(ps -o pid= --ppid "$server") 2>/dev/null
    tries=0
    until serve; do
        tries=$((tries + 1))
        [ "$tries" -lt 100 ] || fail "the server does not start again"
        sleep 0.1
    done
    echo "+ $folder"
done
