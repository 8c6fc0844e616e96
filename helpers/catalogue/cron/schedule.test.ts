import type { CronLibrary } from './fields.ts';
import { parseSchedule } from './schedule.ts';

function next(
  schedule: string,
  after: string,
  { zone, library = 'robfig' }: { zone?: string; library?: CronLibrary } = {},
): string {
  const nextTime = parseSchedule(schedule, zone, library);
  if (!nextTime) return 'rejected';
  return new Date(nextTime(Date.parse(after) / 1000) * 1000).toISOString().replace('.000Z', 'Z');
}

test('the next time is the next full minute that matches, never the instant itself', () => {
  expect(next('* * * * *', '2024-05-01T10:00:00Z')).toBe('2024-05-01T10:01:00Z');
  expect(next('* * * * *', '2024-05-01T10:00:59Z')).toBe('2024-05-01T10:01:00Z');
  expect(next('*/15 8-17 * * mon-fri', '2024-05-03T17:45:00Z')).toBe('2024-05-06T08:00:00Z');
  expect(next('30 2 29 2 *', '2024-03-01T00:00:00Z')).toBe('2028-02-29T02:30:00Z');
  expect(next('5/20 0,12 1 JAN,jul ?', '2024-05-01T00:00:00Z')).toBe('2024-07-01T00:05:00Z');
});

test('the named schedules are those of crontab(5)', () => {
  const wednesday = '2024-05-01T10:20:30Z';
  expect(next('@hourly', wednesday)).toBe('2024-05-01T11:00:00Z');
  expect(next('@daily', wednesday)).toBe('2024-05-02T00:00:00Z');
  expect(next('@midnight', wednesday)).toBe('2024-05-02T00:00:00Z');
  expect(next('@weekly', wednesday)).toBe('2024-05-05T00:00:00Z');
  expect(next('@monthly', wednesday)).toBe('2024-06-01T00:00:00Z');
  expect(next('@yearly', wednesday)).toBe('2025-01-01T00:00:00Z');
  expect(next('@annually', wednesday)).toBe('2025-01-01T00:00:00Z');
  expect(next('@fortnightly', wednesday)).toBe('rejected');
});

test('@every adds whole seconds to the last time', () => {
  expect(next('@every 1h30m', '2024-05-01T10:00:07Z')).toBe('2024-05-01T11:30:07Z');
  expect(next('@every 2.9s', '2024-05-01T10:00:07Z')).toBe('2024-05-01T10:00:09Z');
  expect(next('@every 100ms', '2024-05-01T10:00:07Z')).toBe('2024-05-01T10:00:08Z');
  expect(next('@every 100ms', '2024-05-01T10:00:07Z', { library: 'netresearch' })).toBe('rejected');
  expect(next('@every often', '2024-05-01T10:00:07Z')).toBe('rejected');
});

test('before 2.19 a day matches by month or by week, from 2.19 on by both', () => {
  expect(next('0 0 13 * fri', '2024-05-01T00:00:00Z')).toBe('2024-05-03T00:00:00Z');
  expect(next('0 0 13 * fri', '2024-05-01T00:00:00Z', { library: 'netresearch' })).toBe('2024-09-13T00:00:00Z');
  expect(next('0 0 * * fri', '2024-05-01T00:00:00Z')).toBe('2024-05-03T00:00:00Z');
  expect(next('0 0 */5 * fri', '2024-05-04T00:00:00Z')).toBe('2024-05-06T00:00:00Z');
});

test('a step as long as its range is rejected from 2.19 on', () => {
  expect(next('*/60 * * * *', '2024-05-01T10:20:00Z')).toBe('2024-05-01T11:00:00Z');
  expect(next('*/60 * * * *', '2024-05-01T10:20:00Z', { library: 'netresearch' })).toBe('rejected');
});

test('from 2.19 on Sunday is also day 7, and a range may wrap around', () => {
  const saturday = '2024-05-04T00:00:00Z';
  expect(next('0 0 * * 5/2', saturday)).toBe('2024-05-10T00:00:00Z');
  expect(next('0 0 * * 5/2', saturday, { library: 'netresearch' })).toBe('2024-05-05T00:00:00Z');
  expect(next('0 22-2 * * *', saturday)).toBe('rejected');
  expect(next('0 22-2 * * *', saturday, { library: 'netresearch' })).toBe('2024-05-04T01:00:00Z');
});

test('a schedule that does not match within five years has the zero time', () => {
  expect(next('0 0 30 2 *', '2024-05-01T00:00:00Z')).toBe('0001-01-01T00:00:00Z');
  expect(next(', * * * *', '2024-05-01T00:00:00Z')).toBe('0001-01-01T00:00:00Z');
  expect(next('0 0 29 2 *', '2096-03-01T00:00:00Z')).toBe('0001-01-01T00:00:00Z');
});

test.each([
  '',
  '* * * *',
  '* * * * * *',
  '60 * * * *',
  '* * 0 * *',
  '*/0 * * * *',
  '1-2-3 * * * *',
  '1/2/3 * * * *',
  'x * * * *',
])('both libraries reject %j', (schedule) => {
  expect(next(schedule, '2024-05-01T00:00:00Z')).toBe('rejected');
  expect(next(schedule, '2024-05-01T00:00:00Z', { library: 'netresearch' })).toBe('rejected');
});

test('the time zone is that of the object or of the prefix of the schedule', () => {
  expect(next('0 9 * * *', '2024-05-01T00:00:00Z', { zone: 'Asia/Singapore' })).toBe('2024-05-01T01:00:00Z');
  expect(next('CRON_TZ=Asia/Singapore 0 9 * * *', '2024-05-01T00:00:00Z')).toBe('2024-05-01T01:00:00Z');
  expect(next('TZ=Asia/Kathmandu 0 9 * * *', '2024-05-01T00:00:00Z')).toBe('2024-05-01T03:15:00Z');
  expect(next('0 9 * * *', '2024-05-01T00:00:00Z', { zone: 'Atlantis/Capital' })).toBe('rejected');
});

test('an hour that daylight saving skips is skipped before 2.19 and caught up from 2.19 on', () => {
  const eve = '2024-03-31T00:30:00Z';
  const zone = 'Europe/Berlin';
  expect(next('30 2 * * *', eve, { zone })).toBe('2024-04-01T00:30:00Z');
  expect(next('30 2 * * *', eve, { zone, library: 'netresearch' })).toBe('2024-03-31T01:30:00Z');
});

test('an hour that daylight saving repeats has two times', () => {
  const zone = 'Europe/Berlin';
  expect(next('30 2 * * *', '2024-10-27T00:00:00Z', { zone })).toBe('2024-10-27T00:30:00Z');
  expect(next('30 2 * * *', '2024-10-27T00:30:00Z', { zone })).toBe('2024-10-27T01:30:00Z');
  expect(next('0 0 * * 1', '2024-10-26T00:00:00Z', { zone })).toBe('2024-10-27T23:00:00Z');
});

test('a day whose midnight is skipped is skipped in zones ahead of UTC, as in Go, and not in zones behind UTC', () => {
  expect(next('0 12 * * 0', '2024-09-07T03:00:00Z', { zone: 'America/Santiago' })).toBe('2024-09-08T15:00:00Z');
  expect(next('0 12 * * 5', '2024-04-23T19:20:00Z', { zone: 'Africa/Cairo' })).toBe('2024-05-03T09:00:00Z');
});
