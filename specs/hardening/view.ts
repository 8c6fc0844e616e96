import type { Profile, Promises } from '../../helpers/exporter/profile.ts';

/** What a requirement compares. */
export interface Finding {
  readonly holds: boolean;
  readonly expected: string;
  readonly actual: string;
}

type Resources = NonNullable<Promises['resources']>;

/** The hardening of the exporter's process, as far as its source shows it. Each method throws an Error when the source has a gap. */
export interface ProcessView {
  /** How the findings came about, where they are not the kernel's; undefined where they are. */
  readonly judgedBy?: string;
  runsAs(user: Profile['promises']['user']): Finding;
  hasNoCapabilities(): Finding;
  gainsNoPrivileges(): Finding;
  rootIsReadOnly(): Finding;
  memoryIsLimited(memory: Resources['limits']['memory']): Finding;
  cpuIsLimited(cpu: Resources['limits']['cpu']): Finding;
  requests(resources: Resources['requests']): Finding;
  tokenIsMounted(): Finding;
}
