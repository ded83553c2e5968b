import { z } from 'zod';
import { readTemplate, type HostTemplate } from './host-in-text.ts';

const template = z
  .string()
  .max(120)
  .transform((text, context): HostTemplate => {
    const read = readTemplate(text);
    if (read !== null) return read;
    context.addIssue({ code: 'custom', message: 'write {host} once, such as "* on {host}"' });
    return z.NEVER;
  });

/** Templates that find the host in a line of text. */
export const templateList = (fallback: readonly string[]): z.ZodPrefault<z.ZodArray<typeof template>> =>
  z
    .array(template)
    .max(20)
    .prefault([...fallback]);
