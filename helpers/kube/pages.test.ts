import { InfrastructureError } from '../errors.ts';
import { ApiError } from './api-error.ts';
import { ResponseTooLong } from './exchange.ts';
import { type Page, type Query, readPages } from './pages.ts';

const numbers = Array.from({ length: 1200 }, (_, index) => index);
const expired = () => new ApiError('GET', '/pods', 410, 'Expired', 'the token is too old');

/** Serves the numbers in pages; `fault` returns an error to throw instead of the page of a request. */
function pagesOf(fault: (request: number, paging: Query) => Error | undefined = () => undefined) {
  const requests: Query[] = [];
  const fetchPage = async (paging: Query): Promise<Page<number>> => {
    requests.push(paging);
    const error = fault(requests.length, paging);
    if (error) throw error;
    const begin = Number(paging.continue ?? 0);
    const end = begin + Number(paging.limit);
    return { metadata: end < numbers.length ? { continue: String(end) } : {}, items: numbers.slice(begin, end) };
  };
  const list = async () => {
    const taken: number[] = [];
    const restart = () => taken.splice(0);
    await readPages<number>('/pods', fetchPage, { take: (number) => void taken.push(number), restart });
    return taken;
  };
  return { requests, list };
}

test('a list is read in pages of 500', async () => {
  const { list, requests } = pagesOf();
  expect(await list()).toEqual(numbers);
  expect(requests).toEqual([{ limit: 500 }, { limit: 500, continue: '500' }, { limit: 500, continue: '1000' }]);
});

test('a list that expires is restarted, without duplicates', async () => {
  const { list, requests } = pagesOf((request) => (request === 2 ? expired() : undefined));
  expect(await list()).toEqual(numbers);
  expect(requests[2]).toEqual({ limit: 500 });
});

test('a list that always expires is an InfrastructureError', async () => {
  const { list } = pagesOf((_, paging) => (paging.continue ? expired() : undefined));
  await expect(list()).rejects.toThrow(InfrastructureError);
  await expect(list()).rejects.toThrow('GET /pods: the list was started 4 times and expired each time before its last page');
});

test('a refusal of the first page is an ApiError', async () => {
  await expect(pagesOf(expired).list()).rejects.toThrow(ApiError);
});

test('a page of large objects is read in smaller ones', async () => {
  const { list, requests } = pagesOf((_, paging) => (Number(paging.limit) > 50 ? new ResponseTooLong('too long') : undefined));
  expect(await list()).toEqual(numbers);
  expect(requests[1]).toEqual({ limit: 50 });
});

test('a single object that is too long is an error', async () => {
  await expect(pagesOf(() => new ResponseTooLong('too long')).list()).rejects.toThrow('too long');
});
