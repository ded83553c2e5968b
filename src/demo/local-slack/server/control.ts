/** How the page acts: small JSON posts, from this machine's own browser only. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { clickInMessage, clickInView } from '../acting/click.ts';
import { typeCommand } from '../acting/command.ts';
import { LocalSlackError, actor } from '../acting/actor.ts';
import { closeModal, submitModal } from '../acting/modal.ts';
import { openHome, say, useShortcut } from '../acting/speech.ts';
import type { Deliveries } from '../delivery/deliveries.ts';
import { parseJson } from '../../../core/domain/json.ts';
import type { World } from '../world.ts';
import type { EventStreams } from './event-stream.ts';
import { readBody, sendJson } from './http.ts';
import { snapshot } from './snapshot.ts';

export const CONTROL_PATH = '/local/';

/** More than anybody types. */
const MAX_BODY_BYTES = 64 * 1024;

/** Acts whose answer is kept, for a browser that asks again. */
const MAX_RECENT = 200;
const MAX_ID = 64;

const short = z.string().max(300);
const long = z.string().max(12_000);
const who = { userId: short };
const where = { ...who, channel: short };
const pressed = {
  actionId: short,
  blockId: short.exactOptional(),
  value: z.string().max(2000).exactOptional(),
  confirmed: z.boolean().exactOptional(),
};

const COMMAND = z.object({ ...where, command: short, text: long });
const CLICK = z.object({ ...where, ...pressed, ts: short });
const VIEW_CLICK = z.object({ ...who, ...pressed, viewId: short });
const SAY = z.object({ ...where, text: long, threadTs: short.exactOptional() });
const SHORTCUT = z.object({ ...where, ts: short, callbackId: short });
const HOME = z.object(who);
const VIEW = z.object({ ...who, viewId: short });
const SUBMIT = VIEW.extend({ values: z.record(short, z.union([long, z.array(long).max(100)])) });

type Act = (body: unknown) => Promise<unknown>;

/** `POST /local/…`, `GET /local/events`, `GET /local/state`. */
export class Control {
  readonly #world: World;
  readonly #streams: EventStreams;
  readonly #acts: ReadonlyMap<string, Act>;
  readonly #recent = new Map<string, Promise<unknown>>();

  constructor(world: World, deliveries: Deliveries, streams: EventStreams) {
    this.#world = world;
    this.#streams = streams;
    this.#acts = new Map<string, Act>([
      ['command', (body) => typeCommand(world, deliveries, COMMAND.parse(body))],
      ['click', (body) => clickInMessage(world, deliveries, CLICK.parse(body))],
      ['view-click', (body) => clickInView(world, deliveries, VIEW_CLICK.parse(body))],
      ['say', async (body) => ({ ts: say(world, deliveries, SAY.parse(body)).message.ts })],
      ['shortcut', (body) => useShortcut(world, deliveries, SHORTCUT.parse(body))],
      ['home', (body) => openHome(world, deliveries, HOME.parse(body).userId)],
      ['submit', (body) => submitModal(world, deliveries, SUBMIT.parse(body))],
      ['close-modal', (body) => closeModal(world, deliveries, VIEW.parse(body))],
    ]);
  }

  async handle(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    if (!fromOwnPage(request)) return sendJson(response, 403, { error: 'only the page itself may do that' });
    const name = url.pathname.slice(CONTROL_PATH.length);
    if (request.method === 'GET') return this.#read(name, url, response);
    const act = this.#acts.get(name);
    if (act === undefined) return sendJson(response, 404, { error: 'there is no such act' });
    // A form of another site cannot send this type without being asked first (CORS preflight).
    if (request.headers['content-type']?.startsWith('application/json') !== true) {
      return sendJson(response, 415, { error: 'send JSON' });
    }
    const body = await readBody(request, MAX_BODY_BYTES);
    if (body === null) return sendJson(response, 413, { error: 'too long' });
    try {
      const acted = this.#once(request.headers['x-act-id'], () => act(parseJson(body.toString())));
      sendJson(response, 200, (await acted) ?? {});
    } catch (error) {
      if (!(error instanceof LocalSlackError) && !(error instanceof z.ZodError)) throw error;
      const message = error instanceof z.ZodError ? z.prettifyError(error) : error.message;
      sendJson(response, 400, { error: message });
    }
  }

  /** A browser may repeat a request whose answer it lost; the person acted only once. */
  #once(id: string | string[] | undefined, act: () => Promise<unknown>): Promise<unknown> {
    if (typeof id !== 'string' || id === '') return act();
    const known = this.#recent.get(id);
    if (known !== undefined) return known;
    const acted = act();
    this.#recent.set(id.slice(0, MAX_ID), acted);
    const [oldest] = this.#recent.keys();
    if (this.#recent.size > MAX_RECENT && oldest !== undefined) this.#recent.delete(oldest);
    return acted;
  }

  #read(name: string, url: URL, response: ServerResponse): void {
    const userId = url.searchParams.get('user') ?? this.#firstPerson();
    try {
      actor(this.#world, userId);
    } catch (error) {
      if (!(error instanceof LocalSlackError)) throw error;
      return sendJson(response, 400, { error: error.message });
    }
    if (name === 'state') return sendJson(response, 200, snapshot(this.#world, userId, this.#streams.panel));
    if (name !== 'events') return sendJson(response, 404, { error: 'there is no such page' });
    if (!this.#streams.open(userId, response)) sendJson(response, 503, { error: 'too many open pages' });
  }

  #firstPerson(): string {
    const people = [...this.#world.workspace.users.values()];
    return people.find((user) => !user.isBot && !user.deleted)?.id ?? '';
  }
}

/** Names of loopback only (DNS rebinding), and no other site's script. */
function fromOwnPage(request: IncomingMessage): boolean {
  const host = request.headers.host ?? '';
  const { origin } = request.headers;
  if (!/^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(host)) return false;
  return origin === undefined || origin === `http://${host}`;
}
