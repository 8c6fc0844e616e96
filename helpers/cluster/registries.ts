import { existsSync, readFileSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { parse } from 'yaml';
import { UsageError } from '../errors.ts';
import { hideValues } from '../redaction/text.ts';
import { registryOf } from './local-images.ts';

/** A file that is copied into a node. */
export interface NodeFile {
  readonly content: string;
  readonly target: string;
  readonly mode: number;
}

/** Where k3s reads mirrors and credentials from. Source: k3s documentation, "Private Registry Configuration". */
const target = '/etc/rancher/k3s/registries.yaml';

/** What of registries.yaml the suite reads; the nodes get the file as it is. */
interface RegistriesYaml {
  readonly mirrors?: Readonly<Record<string, unknown>> | null;
  readonly configs?: Readonly<Record<string, RegistryConfig | null>> | null;
}

interface RegistryConfig {
  readonly auth?: Readonly<Record<string, unknown>>;
  readonly tls?: Readonly<Record<string, unknown>>;
}

/** k3s's registries.yaml, as the user has it. */
export class Registries {
  private constructor(
    /** The file itself, and the certificates and keys that it names, which the nodes get under the same paths. */
    readonly files: readonly NodeFile[],
    private readonly hosts: ReadonlySet<string>,
  ) {}

  /** No mirrors and no credentials. */
  static readonly none = new Registries([], new Set());

  /**
   * Reads the file. From then on its credentials are redacted in every text that is redacted.
   * @throws UsageError when it is not there, is no registries.yaml, or names a file that is not there
   */
  static read(file: string): Registries {
    if (!existsSync(file)) throw new UsageError(`--registries: there is no file ${file}.`);
    const content = readFileSync(file, 'utf8');
    const { mirrors, configs } = parsed(file, content);
    const settings = Object.values(configs ?? {}).filter((config) => config !== null);
    hideValues(settings.flatMap(({ auth = {} }) => secretsOf(auth)));
    const named = settings.flatMap(({ tls = {} }) =>
      ['ca_file', 'cert_file', 'key_file'].flatMap((field) => (typeof tls[field] === 'string' ? [tls[field]] : [])),
    );
    const files = [...new Set(named)].map((path) => {
      if (!isAbsolute(path) || !existsSync(path)) {
        throw new UsageError(`--registries: ${file} names ${path}, which is not the absolute path of a file on this machine.`);
      }
      return { content: readFileSync(path, 'utf8'), target: path, mode: 0o600 };
    });
    const hosts = [...Object.keys(mirrors ?? {}), ...Object.keys(configs ?? {})];
    return new Registries([{ content, target, mode: 0o600 }, ...files], new Set(hosts));
  }

  /** Whether the nodes have a mirror or credentials for the image's registry, which the local Docker may lack. */
  cover(image: string): boolean {
    return this.hosts.has('*') || this.hosts.has(registryOf(image));
  }
}

function parsed(file: string, content: string): RegistriesYaml {
  let document: unknown;
  try {
    document = parse(content);
  } catch {
    // The parser's message quotes the line, in which a password may stand.
    throw new UsageError(`--registries: ${file} is not YAML.`);
  }
  const isMapping = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);
  const { mirrors, configs } = (isMapping(document) ? document : {}) as RegistriesYaml;
  if (
    ![mirrors, configs].some(isMapping) ||
    [mirrors, configs].some((part) => (part ?? undefined) !== undefined && !isMapping(part))
  ) {
    throw new UsageError(
      `--registries: ${file} has neither mirrors nor configs, which k3s's registries.yaml maps from host names.`,
    );
  }
  return { ...(mirrors && { mirrors }), ...(configs && { configs }) };
}

/** The values of an `auth` section, and what they are in the header of a request. */
function secretsOf(auth: Readonly<Record<string, unknown>>): readonly string[] {
  const { username, password, auth: encoded, identity_token: token } = auth;
  const values = [password, encoded, token].filter((value) => typeof value === 'string');
  const basic = Buffer.from(`${String(username)}:${String(password)}`).toString('base64');
  return password === undefined ? values : [...values, basic];
}
