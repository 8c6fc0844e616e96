import { isOnLoopback } from './ports.ts';

test.each([
  [
    ['--host=127.0.0.1', '--port=8081', '--telemetry-host=127.0.0.1', '--telemetry-port=8082'],
    [8081, 8082],
  ],
  [['--host', '127.0.0.1'], [8080]],
  [['--telemetry-host=localhost'], [8081]],
  [['--host=0.0.0.0', '--port=8081'], []],
  [['--host=127.0.0.1', '--host=::'], []],
])('%j listens on the loopback interface only for %j', (args, expected) => {
  expect([8080, 8081, 8082].filter((port) => isOnLoopback(args, port))).toEqual(expected);
});
