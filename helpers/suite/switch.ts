/** While this file is there, the probe succeeds. */
const file = '/tmp/switch';

/** A container's command with which its probe succeeds from the start on, until it is switched off; ends at once when it is told to. */
export const switchedOn = ['sh', '-c', `touch ${file}; trap exit TERM; while true; do sleep 3600 & wait $!; done`];

/** A probe that looks every second whether it is switched on. */
export const switchProbe = {
  exec: { command: ['test', '-f', file] },
  periodSeconds: 1,
  failureThreshold: 1,
  timeoutSeconds: 5,
};

/** Commands that work the switch from inside of the container. */
export const switchOff = ['rm', file];
export const switchOn = ['touch', file];
