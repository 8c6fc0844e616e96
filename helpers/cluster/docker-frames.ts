/** The text of the frames that a log or a command's output comes in: eight bytes that say the stream and the length, then as many. Source: Docker Engine API, attach. */
export function textOf(multiplexed: Buffer): string {
  const parts: Buffer[] = [];
  for (let at = 0; at + 8 <= multiplexed.length; ) {
    const length = multiplexed.readUInt32BE(at + 4);
    parts.push(multiplexed.subarray(at + 8, at + 8 + length));
    at += 8 + length;
  }
  return Buffer.concat(parts).toString();
}
