/** One card of figures beside the conversation. */
export interface PanelCard {
  readonly title: string;
  readonly lines: readonly string[];
  readonly status: 'good' | 'bad' | 'idle';
  /** Drawn as a small line; the newest value last. */
  readonly series?: readonly number[];
}

/** What the page shows beside Slack: figures, and a note on what to type. */
export interface SidePanel {
  readonly cards: readonly PanelCard[];
  readonly notice: readonly string[];
}

const MAX_CARDS = 20;
const MAX_LINES = 20;
const MAX_LINE = 300;
const MAX_POINTS = 240;

/** Cuts what would not fit; a panel is no place for long lists. */
export function fitPanel({ cards, notice }: SidePanel): SidePanel {
  return {
    cards: cards.slice(0, MAX_CARDS).map(({ title, lines, status, series }) => ({
      title: title.slice(0, MAX_LINE),
      lines: fitLines(lines),
      status,
      ...(series === undefined ? {} : { series: series.slice(-MAX_POINTS).filter(Number.isFinite) }),
    })),
    notice: fitLines(notice),
  };
}

function fitLines(lines: readonly string[]): readonly string[] {
  return lines.slice(0, MAX_LINES).map((line) => line.slice(0, MAX_LINE));
}
