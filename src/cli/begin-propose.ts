import type { Config } from '../config/config.ts';
import type { HostEntry } from '../core/domain/host.ts';
import type { Playbook } from '../core/playbook/playbook.ts';
import type { ProposeWish } from './change-context.ts';
import { oneHost } from './one-host.ts';
import { showProposed, type Proposed } from './show-proposed.ts';
import { EXIT, type Terminal } from './terminal.ts';
import { beforeLook, notAllowed } from './why-nothing.ts';

interface BeginContext {
  readonly config: Pick<Config, 'hosts' | 'approvals'>;
  readonly playbooks: readonly Playbook[];
  readonly osUser: string;
  readonly terminal: Terminal;
}

type Begun =
  /** Refused, or answered without a look; it has been told. */
  | { readonly kind: 'over'; readonly exit: number }
  /** `nothing` is what came of it so far. */
  | { readonly kind: 'look'; readonly host: HostEntry; readonly nothing: Omit<Proposed, 'whyNot'> };

/** What `change propose` begins with, dry or not: the one host, whether the person may, and whether it takes a look. */
export function beginPropose(context: BeginContext, wish: ProposeWish): Begun {
  const { config, playbooks, terminal } = context;
  const host = oneHost(config, wish.host, 'change propose takes');
  if (notAllowed(context)) return { kind: 'over', exit: EXIT.unknown };
  const nothing = { host: host.name, requestId: null, diagnosis: null, changes: [], would: [], notes: [] };
  const whyNot = beforeLook({ config, playbooks, locale: terminal.locale }, host.name, wish.key);
  if (whyNot === null) return { kind: 'look', host, nothing };
  return { kind: 'over', exit: showProposed(context, { ...nothing, whyNot }, wish) };
}
