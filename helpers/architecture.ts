/** The architecture of this machine as nodes and images name it: `amd64`. */
export const architecture: string = process.arch === 'x64' ? 'amd64' : process.arch;
