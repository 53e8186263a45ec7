# Makes .venv ready, and does nothing when it is. Sourced by scripts/fleet, test and check.
# shellcheck shell=bash
#
# A stamp inside .venv, written last, says for which pins and which place it was made;
# without it, or with another, bootstrap.py makes the virtual environment anew. This file
# is on the way of every command: two small programs are started, no more.

root=$(CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)

# state runtime|simulation|dev: what the stamp must say.
state() {
  local pins=(pyproject.toml scripts/locks/requirements.txt)
  [ "$1" = runtime ] || pins+=("scripts/locks/requirements-$1.txt")
  (cd -- "$root" && echo "$root" && exec cksum "${pins[@]}")
}

# ready runtime|simulation|dev: returns when .venv holds what the profile needs, exits when it cannot.
ready() {
  local wanted recorded='' python
  wanted=$(state "$1")
  if [ -x "$root/.venv/bin/python" ] && [ -r "$root/.venv/.ready-$1" ]; then
    recorded=$(<"$root/.venv/.ready-$1")
  fi
  [ "$wanted" = "$recorded" ] && return
  python=$(python_to_use) || exit 3
  "$python" "$root/scripts/bootstrap.py" "$1" \
    "$(state runtime)" "$(state simulation)" "$(state dev)" || exit
}

# The first Python that is new enough; shims that cannot run count as absent.
python_to_use() {
  local candidate seen=''
  for candidate in "${PYTHON:-python3}" python3 python3.14 python3.13 python3.12 python3.11; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      echo "$candidate"
      return
    fi
    [ -n "$seen" ] || seen=$("$candidate" --version 2>/dev/null) || seen=''
  done
  echo "fleet: Python >= 3.11 is needed (found: ${seen:-none}); install one from" \
    "https://www.python.org/downloads and put it on PATH, or name it in PYTHON" >&2
  return 1
}
