import { describe, expect, it } from 'vitest';
import { replaced, SLOW_HEADING } from './page.ts';

const SLOW = `${SLOW_HEADING}\nsome figures\n`;

describe('the two parts of docs/accuracy.md', () => {
  const page = replaced('# Accuracy\nold\n', 'slow', SLOW);

  it('the slow run adds its own at the end, and replaces it the next time', () => {
    expect(page).toBe(`# Accuracy\nold\n\n${SLOW}`);
    expect(replaced(page, 'slow', `${SLOW_HEADING}\nothers\n`)).toBe(
      `# Accuracy\nold\n\n${SLOW_HEADING}\nothers\n`,
    );
  });

  it('the usual run keeps what the slow one has found', () => {
    expect(replaced(page, 'quick', '# Accuracy\nnew\n')).toBe(`# Accuracy\nnew\n\n${SLOW}`);
  });
});
