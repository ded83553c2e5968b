import type { ServerResponse } from 'node:http';
import type { World, WorldChange } from '../world.ts';
import { fitPanel, type SidePanel } from './panel.ts';
import { maySee, snapshot, viewsFor } from './snapshot.ts';

/** Open pages; each tab is one. */
const MAX_STREAMS = 32;
/** A page that does not read is cut off; it comes back and gets everything anew. */
const MAX_UNREAD_BYTES = 8 * 1024 * 1024;
/** Keeps proxies and browsers from giving up on a quiet stream. */
const HEARTBEAT_MS = 15_000;

interface Stream {
  readonly userId: string;
  readonly response: ServerResponse;
}

/** Server-sent events: each page sees what its person may see, and changes as they happen. */
export class EventStreams {
  readonly #world: World;
  readonly #streams = new Set<Stream>();
  readonly #heartbeat: NodeJS.Timeout;
  #panel: SidePanel = { cards: [], notice: [] };

  constructor(world: World) {
    this.#world = world;
    world.onChange((change) => this.#changed(change));
    this.#heartbeat = setInterval(() => {
      for (const stream of this.#streams) write(stream, ': still here\n\n');
    }, HEARTBEAT_MS);
    this.#heartbeat.unref();
  }

  get panel(): SidePanel {
    return this.#panel;
  }

  setPanel(change: Partial<SidePanel>): void {
    this.#panel = fitPanel({ ...this.#panel, ...change });
    for (const stream of this.#streams) tell(stream, 'panel', this.#panel);
  }

  /** False when too many pages are open. */
  open(userId: string, response: ServerResponse): boolean {
    if (this.#streams.size >= MAX_STREAMS) return false;
    const stream = { userId, response };
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
    });
    this.#streams.add(stream);
    response.on('close', () => this.#streams.delete(stream));
    tell(stream, 'state', snapshot(this.#world, userId, this.#panel));
    return true;
  }

  close(): void {
    clearInterval(this.#heartbeat);
    for (const { response } of this.#streams) response.destroy();
  }

  #changed(change: WorldChange): void {
    for (const stream of this.#streams) {
      if (change.kind === 'views') {
        if (change.userId === stream.userId) tell(stream, 'views', viewsFor(this.#world, stream.userId));
      } else if (maySee(this.#world, stream.userId, change.message)) {
        tell(stream, change.kind, change.message);
      }
    }
  }
}

function tell(stream: Stream, event: string, data: unknown): void {
  write(stream, `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
}

function write({ response }: Stream, text: string): void {
  if (response.writableLength > MAX_UNREAD_BYTES) response.destroy();
  else response.write(text);
}
