import { freshId, freshSecret } from './fresh.ts';
import { objectsIn, type JsonObject } from './json.ts';
import { named } from './message.ts';

/** Views that are kept; the oldest go first. */
const MAX_VIEWS = 500;

/** A modal somebody has open, or somebody's Home tab. */
export interface LocalView {
  readonly id: string;
  readonly userId: string;
  readonly surface: 'modal' | 'home';
  readonly hash: string;
  /** As the app sent it, each block with a name. */
  readonly view: JsonObject;
}

/** The open modals and the Home tabs. */
export class Views {
  readonly #views = new Map<string, LocalView>();
  readonly #changed: (userId: string) => void;

  constructor(changed: (userId: string) => void) {
    this.#changed = changed;
  }

  open(userId: string, surface: 'modal' | 'home', view: JsonObject): LocalView {
    const before = surface === 'modal' ? this.modalOf(userId) : this.homeOf(userId);
    if (before !== null) this.#views.delete(before.id);
    return this.#keep(
      { id: before !== null && surface === 'home' ? before.id : freshId('V'), userId, surface },
      view,
    );
  }

  update(old: LocalView, view: JsonObject): LocalView {
    return this.#keep(old, view);
  }

  close(view: LocalView): void {
    this.#views.delete(view.id);
    this.#changed(view.userId);
  }

  get(id: string): LocalView | null {
    return this.#views.get(id) ?? null;
  }

  byExternalId(externalId: string): LocalView | null {
    return this.#find((one) => one.view['external_id'] === externalId);
  }

  modalOf(userId: string): LocalView | null {
    return this.#find((one) => one.surface === 'modal' && one.userId === userId);
  }

  homeOf(userId: string): LocalView | null {
    return this.#find((one) => one.surface === 'home' && one.userId === userId);
  }

  #find(wanted: (view: LocalView) => boolean): LocalView | null {
    return [...this.#views.values()].find(wanted) ?? null;
  }

  #keep({ id, userId, surface }: Omit<LocalView, 'hash' | 'view'>, view: JsonObject): LocalView {
    const kept = {
      id,
      userId,
      surface,
      hash: freshSecret(),
      view: { ...view, blocks: named(objectsIn(view['blocks'])) },
    };
    this.#views.set(id, kept);
    const [oldest] = this.#views.keys();
    if (this.#views.size > MAX_VIEWS && oldest !== undefined) this.#views.delete(oldest);
    this.#changed(userId);
    return kept;
  }
}

/** A view as Slack shows it to the app. */
export function wireView(
  view: LocalView,
  world: { teamId: string; appId: string; botId: string },
): JsonObject {
  return {
    type: view.surface,
    private_metadata: '',
    callback_id: '',
    external_id: '',
    ...view.view,
    id: view.id,
    team_id: world.teamId,
    app_id: world.appId,
    bot_id: world.botId,
    hash: view.hash,
    root_view_id: view.id,
    previous_view_id: null,
    state: { values: {} },
  };
}
