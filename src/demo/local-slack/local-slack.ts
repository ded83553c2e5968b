/** A stand-in for Slack over real HTTP and WebSocket: as strict, with people to act as, and faults on demand. */
import type { Server } from 'node:http';
import { clickInMessage, clickInView, type MessageClick, type ViewClick } from './acting/click.ts';
import { typeCommand, type TypedCommand } from './acting/command.ts';
import { closeModal, submitModal, type Submission, type SubmissionOutcome } from './acting/modal.ts';
import { openHome, say, useShortcut, type Said, type UsedShortcut } from './acting/speech.ts';
import { Deliveries } from './delivery/deliveries.ts';
import type { Outcome } from './delivery/outcome.ts';
import { SocketMode } from './delivery/socket-mode.ts';
import type { Faults } from './faults.ts';
import type { LocalMessage } from './message.ts';
import type { BotOptions, LocalSlackOptions, UserGroupOptions, UserOptions } from './options.ts';
import { Control } from './server/control.ts';
import { EventStreams } from './server/event-stream.ts';
import { PageFiles } from './server/page-files.ts';
import type { PanelCard, PanelText } from './server/panel.ts';
import { listen, makeServer } from './server/server.ts';
import { awaitChange } from './wait-for.ts';
import type { LocalView } from './views.ts';
import { WebApi } from './web-api/endpoint.ts';
import { World, type ApiCall, type ApiWarning } from './world.ts';

/** Starts it on 127.0.0.1. */
export async function startLocalSlack(options: LocalSlackOptions): Promise<LocalSlack> {
  const world = new World(options);
  const sockets = new SocketMode(world);
  const deliveries = new Deliveries(world, sockets);
  const streams = new EventStreams(world);
  const control = new Control(world, deliveries, streams);
  const page = new PageFiles(new URL('./page/', import.meta.url));
  const server = makeServer({ world, api: new WebApi(world, sockets), sockets, control, page });
  const port = await listen(server, options.port ?? 0);
  world.origin = `http://127.0.0.1:${String(port)}`;
  return new LocalSlack({ world, sockets, deliveries, streams, server });
}

interface Inside {
  readonly world: World;
  readonly sockets: SocketMode;
  readonly deliveries: Deliveries;
  readonly streams: EventStreams;
  readonly server: Server;
}

/** A running local Slack, from the side of its people. */
export class LocalSlack {
  readonly #inside: Inside;

  constructor(inside: Inside) {
    this.#inside = inside;
  }

  /** The page. */
  get url(): string {
    return `${this.#inside.world.origin}/`;
  }

  /** For SLACK_API_URL. */
  get apiUrl(): string {
    return `${this.#inside.world.origin}/api/`;
  }

  get bot(): BotOptions {
    return this.#inside.world.workspace.bot;
  }

  /** What shall go wrong. */
  get faults(): Faults {
    return this.#inside.world.faults;
  }

  /** What the real Slack would have taken with a frown: a message without text. */
  get warnings(): readonly ApiWarning[] {
    return this.#inside.world.warnings;
  }

  /** Sockets that take deliveries now. */
  get socketCount(): number {
    return this.#inside.sockets.count;
  }

  /** Every call the app made, or those of one method; response urls as `response_url`. */
  calls(method?: string): readonly ApiCall[] {
    return this.#inside.world.calls.filter((call) => method === undefined || call.method === method);
  }

  /** From now on deliveries go there, signed; null for Socket Mode. */
  setRequestUrl(url: string | null): void {
    this.#inside.world.requestUrl = url;
  }

  /** What admins do: people and groups as they are from now on. */
  setUser(user: UserOptions): void {
    this.#inside.world.workspace.setUser(user);
  }

  setUserGroup(group: UserGroupOptions): void {
    this.#inside.world.workspace.userGroups.set(group.id, group);
  }

  command(typed: TypedCommand): Promise<Outcome> {
    return typeCommand(this.#inside.world, this.#inside.deliveries, typed);
  }

  /** Rejects when the person sees no such button, or has to confirm first. */
  click(click: MessageClick): Promise<Outcome> {
    return clickInMessage(this.#inside.world, this.#inside.deliveries, click);
  }

  clickInView(click: ViewClick): Promise<Outcome> {
    return clickInView(this.#inside.world, this.#inside.deliveries, click);
  }

  submit(submission: Submission): Promise<SubmissionOutcome> {
    return submitModal(this.#inside.world, this.#inside.deliveries, submission);
  }

  closeModal(closed: { userId: string; viewId: string }): Promise<void> {
    return closeModal(this.#inside.world, this.#inside.deliveries, closed);
  }

  /** `heard` is null when the app is told nothing of it. */
  say(said: Said): { message: LocalMessage; heard: Promise<Outcome> | null } {
    return say(this.#inside.world, this.#inside.deliveries, said);
  }

  openHome(userId: string): Promise<Outcome> {
    return openHome(this.#inside.world, this.#inside.deliveries, userId);
  }

  useShortcut(used: UsedShortcut): Promise<Outcome> {
    return useShortcut(this.#inside.world, this.#inside.deliveries, used);
  }

  /** Oldest first: what stands in the channel, or the whole thread with its first message. */
  messages(channel: string, threadTs?: string): readonly LocalMessage[] {
    const { messages } = this.#inside.world;
    return threadTs === undefined ? messages.inChannel(channel) : messages.inThread(channel, threadTs);
  }

  /** What only this person sees, oldest first. */
  ephemerals(userId: string): readonly LocalMessage[] {
    return this.#inside.world.messages.ephemerals(userId);
  }

  modal(userId: string): LocalView | null {
    return this.#inside.world.views.modalOf(userId);
  }

  home(userId: string): LocalView | null {
    return this.#inside.world.views.homeOf(userId);
  }

  /** The first message, there already or still to come, ephemeral or not, that is as wanted. */
  waitFor(wanted: (message: LocalMessage) => boolean, timeoutMs: number): Promise<LocalMessage> {
    return awaitChange(this.#inside.world, wanted, timeoutMs);
  }

  /** Tells the sockets to reconnect, as Slack does now and then. */
  disconnectSockets(reason?: 'warning' | 'refresh_requested' | 'link_disabled'): void {
    this.#inside.sockets.disconnect(reason);
  }

  /** Drops the sockets without a word. */
  dropSockets(): void {
    this.#inside.sockets.drop();
  }

  /** Figures beside the conversation. */
  setPanel(cards: readonly PanelCard[]): void {
    this.#inside.streams.setPanel({ cards });
  }

  /** What to type; words in backticks that start with a slash can be clicked. */
  setNotice(notice: readonly PanelText[]): void {
    this.#inside.streams.setPanel({ notice });
  }

  async close(): Promise<void> {
    const { deliveries, sockets, streams, server } = this.#inside;
    deliveries.close();
    sockets.close();
    streams.close();
    const closed = new Promise<void>((resolve) => {
      server.close(() => resolve());
    });
    server.closeAllConnections();
    await closed;
  }
}
