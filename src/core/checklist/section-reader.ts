import type { CheckId, Sample, Section } from '../domain/capture.ts';
import { CAP_BYTES } from './checklist.ts';
import { markerPrefix, parseMarker, type SectionHead } from './marker.ts';

/** Reads the output of a composed script while it arrives. */
export interface SectionReader {
  /** Takes any piece of the output (decoded with a streaming decoder); returns the sections it completed. */
  push(chunk: string): readonly Section[];
  /**
   * The output has ended: returns what was still open, marked as cut off. `complete` says that the script reached
   * its end; where it is false, sections are missing.
   */
  end(): { readonly sections: readonly Section[]; readonly complete: boolean };
}

/** For a check this version does not know; no section may grow without end. */
const DEFAULT_CAP_CHARS = 65_536;
/** Longer than any line of ours; of an endless line the rest is dropped. */
const MAX_LINE_CHARS = 256 * 1024;

/** A reader for the script that was composed with this nonce; noise of login shells is passed over. */
export function createSectionReader(nonce: string): SectionReader {
  const prefix = markerPrefix(nonce);
  const seen = new Set<string>();
  let open: OpenSection | null = null;
  let line = '';
  let complete = false;

  const close = (): readonly Section[] => {
    const section = open?.toSection() ?? null;
    open = null;
    if (section === null || seen.has(`${section.id} ${section.sample}`)) return [];
    seen.add(`${section.id} ${section.sample}`);
    return [section];
  };
  const takeLine = (text: string): readonly Section[] => {
    const marker = parseMarker(prefix, text);
    if (marker === null) {
      open?.append(text);
      return [];
    }
    const closed = marker.kind === 'end' ? close() : cutOff();
    if (marker.kind === 'begin') open = new OpenSection(marker.head);
    complete ||= marker.kind === 'done';
    return closed;
  };
  const cutOff = (): readonly Section[] => {
    open?.breakOff();
    return close();
  };
  return {
    push(chunk) {
      const sections: Section[] = [];
      let start = 0;
      for (let newline = chunk.indexOf('\n'); newline !== -1; newline = chunk.indexOf('\n', start)) {
        sections.push(...takeLine(bounded(line + chunk.slice(start, newline))));
        line = '';
        start = newline + 1;
      }
      if (line.length < MAX_LINE_CHARS) line += chunk.slice(start);
      return sections;
    },
    end() {
      if (open !== null && line !== '') open.append(bounded(line));
      line = '';
      return { sections: cutOff(), complete };
    },
  };
}

const bounded = (text: string): string => text.slice(0, MAX_LINE_CHARS);

/** A section whose end line has not come yet. */
class OpenSection {
  readonly #head: SectionHead;
  readonly #capChars: number;
  #lines: string[] = [];
  #chars = 0;
  #over = false;
  #broken = false;

  constructor(head: SectionHead) {
    this.#head = head;
    // A character has at least one byte, and the host lets one byte more than the cap through.
    this.#capChars = (CAP_BYTES.get(head.id) ?? DEFAULT_CAP_CHARS) + 1;
  }

  append(line: string): void {
    this.#chars += line.length + 1;
    if (this.#chars > this.#capChars + 1) this.#over = true;
    else this.#lines.push(line);
  }

  breakOff(): void {
    this.#broken = true;
  }

  toSection(): Section {
    const { id, sample, exit, ms, cut } = this.#head;
    // The script ends every section with a newline of its own, so that the end line stands alone.
    const text = this.#lines.join('\n');
    return {
      id,
      sample,
      exit: this.#broken ? null : exit,
      ms,
      truncated: cut || this.#over || this.#broken,
      text,
    };
  }
}

/** True when every check of the first sample that the script runs has arrived. */
export function firstSampleComplete(
  sections: readonly { readonly id: CheckId; readonly sample: Sample }[],
  wanted: readonly { readonly id: CheckId; readonly samples: string }[],
): boolean {
  const arrived = new Set(sections.flatMap(({ id, sample }) => (sample === 1 ? [id] : [])));
  return wanted.every(({ id, samples }) => samples === 'second' || arrived.has(id));
}
