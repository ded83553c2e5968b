import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const PAGE = join(import.meta.dirname, '../../docs/accuracy.md');

/** First line of what the slow run writes; it stands at the end of the page. */
export const SLOW_HEADING = '## Effect of the keepalive settings';

/** The two runs that write docs/accuracy.md, each its own part. */
export type Part = 'quick' | 'slow';

/** The page with one part replaced and the other as it was. */
export function replaced(page: string, part: Part, text: string): string {
  const at = page.indexOf(`\n${SLOW_HEADING}\n`);
  const [quick, slow] = at === -1 ? [page, ''] : [page.slice(0, at), page.slice(at + 1)];
  const parts = part === 'quick' ? [text, slow] : [quick, text];
  return `${parts
    .map((each) => each.trim())
    .filter((each) => each !== '')
    .join('\n\n')}\n`;
}

export async function writePart(part: Part, text: string): Promise<void> {
  await writeFile(PAGE, replaced(await readFile(PAGE, 'utf8'), part, text));
}
