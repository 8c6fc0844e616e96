import type { Profile, Promises } from '../../helpers/exporter/profile.ts';

/** A fact of the process, compared with the expected one. */
export interface Finding {
  readonly holds: boolean;
  readonly expected: string;
  readonly actual: string;
}

type Resources = NonNullable<Promises['resources']>;

/** The hardening of the exporter's process according to one source. Each method throws an Error when the source lacks the fact. */
export interface ProcessView {
  /** The source of the findings for the report; undefined for the kernel. */
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
