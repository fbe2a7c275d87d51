# Keeps a PostgreSQL server as long as somebody holds the other end of standard input.
# Arguments: the folder of its programs, how its own folder is to begin, then settings. Says `+ FOLDER` once it can be reached,
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
"$programs/pg_ctl" start -w -D "$data" -l "$folder/log" -o "-k $folder $*" >/dev/null 2>&1 </dev/null ||
    fail "the server does not start"
echo "+ $folder"
cat >/dev/null
