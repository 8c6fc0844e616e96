/** The prefix of the line before each file. */
const MARK = '@@ ';

/** The files of the exporter's process by name, without those that do not exist. */
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
 * A shell script that prints the kernel's files about process 1: `sh -c SCRIPT sh /proc`.
 * A container's own cgroup is at the root of /sys/fs/cgroup, or, in the host's cgroup namespace, at the path in /proc/1/cgroup, which is
 * tried first. Of the token only the size is printed.
 * Source: cgroups(7), section "/proc files"; the kernel's documentation of cgroup version 1 (memory, cpu) and version 2.
 */
export const inspectionScript = `
process="$1/1"
file() {
  name="$2"; path=''
  for candidate in "$process/root/sys/fs/cgroup$1/$name" "$process/root/sys/fs/cgroup\${1%"$3"}/$name"; do
    [ -e "$candidate" ] && { path="$candidate"; break; }
  done
  [ -n "$path" ] && print "$name" "$path"
}
print() { echo "${MARK}$1"; cat "$2" 2>&1; echo; }
path_of() { sed -n "s/^[0-9]*:\\(.*,\\)\\{0,1\\}$1\\(,[^:]*\\)\\{0,1\\}:\\(.*\\)$/\\3/p" "$process/cgroup"; }
unified=$(sed -n 's/^0:://p' "$process/cgroup"); memory=$(path_of memory); cpu=$(path_of cpu)
print status "$process/status"
print mountinfo "$process/mountinfo"
for name in memory.max cpu.max cpu.weight; do file "$unified" "$name" "$unified"; done
file "/memory$memory" memory.limit_in_bytes "$memory"
for name in cpu.cfs_quota_us cpu.cfs_period_us cpu.shares; do file "/cpu$cpu" "$name" "$cpu"; done
for run in /var/run /run; do
  token="$process/root$run/secrets/kubernetes.io/serviceaccount/token"
  [ -e "$token" ] && { echo "${MARK}token bytes"; wc -c < "$token" 2>&1; break; }
done
true
`;

/** Parses the output of the script. */
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
 * The content of a file.
 * @throws an Error with the names of the files that were read, if it is not among them
 */
export function inspected(inspection: Inspection, file: InspectedFile): string {
  const text = inspection.get(file);
  if (text === undefined)
    throw new Error(`The inspection read no ${file}; it read: ${[...inspection.keys()].join(', ') || 'nothing'}.`);
  return text;
}
