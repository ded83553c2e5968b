import { TcpcheckError } from '../../src/core/domain/errors.ts';

/** The operational failure a promise ends in; anything else is an error of the test. */
export async function failureOf(promise: Promise<unknown>): Promise<TcpcheckError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof TcpcheckError) return error;
    throw error;
  }
  throw new Error('wanted a failure, but it worked');
}
