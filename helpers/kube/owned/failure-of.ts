import { InfrastructureError } from '../../errors.ts';
import { ApiError } from '../api-error.ts';
import { NotServed } from '../reference.ts';

/**
 * What a request failed with, where the removal of the rest goes on all the same.
 * @throws the error where it is not the API server that refuses or is silent
 */
export async function failureOf(request: () => Promise<unknown>): Promise<Error | undefined> {
  try {
    await request();
    return undefined;
  } catch (error) {
    if (error instanceof ApiError || error instanceof InfrastructureError || error instanceof NotServed) return error;
    throw error;
  }
}
