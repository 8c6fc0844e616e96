/** What the script prints in front of each file. */
const MARK = '@@ ';

/** What was read of the exporter's process, by name; a file that is not there is left out. */
export type Inspection = ReadonlyMap<InspectedFile, string>;

export type InspectedFile =
  | 'status'
  | 'mountinfo'
  | 'memory.max'
  | 'cpu.max'
  | 'cpu.weight'
  | 'memory.limit_in_bytes'
  | 'cpu.cfs_quota_us'
  | 'cpu.cfs_period_us'
  | 'cpu.shares'
  | 'token bytes';

/**
 * A shell script that prints what the kernel says of process 1: `sh -c SCRIPT sh /proc`.
 * A container sees its own cgroup at the top of /sys/fs/cgroup, or, in the host's cgroup namespace, at the path that
 * /proc/1/cgroup tells: that one is tried first. Of the token only the size is told, never a byte of it.
 * Source: cgroups(7), section "/proc files"; the kernel's documentation of cgroup version 1 (memory, cpu) and version 2.
 */
export const inspectionScript = `
one="$1/1"
file() {
  name="$2"; path=''
  for each in "$one/root/sys/fs/cgroup$1/$name" "$one/root/sys/fs/cgroup\${1%"$3"}/$name"; do
    [ -e "$each" ] && { path="$each"; break; }
  done
  [ -n "$path" ] && print "$name" "$path"
}
print() { echo "${MARK}$1"; cat "$2" 2>&1; echo; }
path_of() { sed -n "s/^[0-9]*:\\(.*,\\)\\{0,1\\}$1\\(,[^:]*\\)\\{0,1\\}:\\(.*\\)$/\\3/p" "$one/cgroup"; }
unified=$(sed -n 's/^0:://p' "$one/cgroup"); memory=$(path_of memory); cpu=$(path_of cpu)
print status "$one/status"
print mountinfo "$one/mountinfo"
for name in memory.max cpu.max cpu.weight; do file "$unified" "$name" "$unified"; done
file "/memory$memory" memory.limit_in_bytes "$memory"
for name in cpu.cfs_quota_us cpu.cfs_period_us cpu.shares; do file "/cpu$cpu" "$name" "$cpu"; done
for run in /var/run /run; do
  token="$one/root$run/secrets/kubernetes.io/serviceaccount/token"
  [ -e "$token" ] && { echo "${MARK}token bytes"; wc -c < "$token" 2>&1; break; }
done
true
`;

/** Reads what the script printed. */
export function readInspection(printed: string): Inspection {
  const sections = `\n${printed}`.split(`\n${MARK}`).slice(1);
  return new Map(
    sections.map((section) => {
      const end = section.indexOf('\n');
      return [section.slice(0, end) as InspectedFile, section.slice(end + 1).trim()];
    }),
  );
}

/**
 * One of the files that every Linux has.
 * @throws an Error that shows what was printed instead
 */
export function inspected(inspection: Inspection, file: InspectedFile): string {
  const text = inspection.get(file);
  if (text === undefined)
    throw new Error(`The inspection read no ${file}; it read: ${[...inspection.keys()].join(', ') || 'nothing'}.`);
  return text;
}
