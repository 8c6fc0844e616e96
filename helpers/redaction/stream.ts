import { Transform } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { redactText } from './text.ts';

const unfinishedKey = /-----BEGIN [A-Z ]*PRIVATE KEY-----(?![\s\S]*-----END [A-Z ]*PRIVATE KEY-----)[\s\S]*$/;

/** How much of a private key without an end is waited for; the longest keys have a tenth of that. */
const longestKey = 64 * 1024;

/** Redacts what flows through it, whole lines at a time: a secret that comes in two pieces is still seen whole. */
export function redactingStream(): Transform {
  const decoder = new StringDecoder('utf8');
  let pending = '';
  return new Transform({
    transform(chunk: Buffer, _, done) {
      pending += decoder.write(chunk);
      const lines = pending.lastIndexOf('\n') + 1;
      const key = pending.length < longestKey ? unfinishedKey.exec(pending.slice(0, lines))?.index : undefined;
      const whole = pending.slice(0, key ?? lines);
      pending = pending.slice(whole.length);
      done(null, redactText(whole));
    },
    flush(done) {
      done(null, redactText(pending + decoder.end()));
    },
  });
}
