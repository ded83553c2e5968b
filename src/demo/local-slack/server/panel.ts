/** A line of the panel: the same for everybody, or in the language of who looks. */
export type PanelText = string | { readonly en: string; readonly ko: string };

/** One card of figures beside the conversation. */
export interface PanelCard {
  readonly title: string;
  readonly lines: readonly PanelText[];
  readonly status: 'good' | 'bad' | 'idle';
  /** Drawn as a small line; the newest value last. */
  readonly series?: readonly number[];
}

/** What the page shows beside Slack: figures, and a note on what to type. */
export interface SidePanel {
  readonly cards: readonly PanelCard[];
  readonly notice: readonly PanelText[];
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

function fitLines(lines: readonly PanelText[]): readonly PanelText[] {
  return lines
    .slice(0, MAX_LINES)
    .map((line) =>
      typeof line === 'string'
        ? line.slice(0, MAX_LINE)
        : { en: line.en.slice(0, MAX_LINE), ko: line.ko.slice(0, MAX_LINE) },
    );
}
