import { z } from 'zod';
import type { HelperState } from '../../core/domain/helper-state.ts';

/** It only decides whether a button is drawn; the worker asks the host again before it changes anything. */
export const HelperRecord: z.ZodType<HelperState> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready') }),
  z.object({ kind: z.literal('not-ready'), code: z.string().max(100), message: z.string().max(2000) }),
]);
