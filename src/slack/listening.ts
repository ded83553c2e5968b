import type { Access } from '../config/config.ts';
import type { Block, Desk } from '../core/domain/ports.ts';
import type { Answer } from './answer.ts';
import type { KnownHost } from './help.ts';
import type { Identity } from './identity.ts';
import type { InFlight } from './in-flight.ts';
import type { Members } from './members.ts';
import type { OnProblem } from './slack-client.ts';

/** Everything a listener needs; it validates, asks the desk, and nothing else. */
export interface Listening {
  readonly identity: Identity;
  readonly desk: Desk;
  readonly access: Access;
  readonly hosts: readonly KnownHost[];
  readonly members: Members;
  readonly answer: Answer;
  /** False when Slack would not open it: a trigger lives three seconds. */
  readonly openForm: (triggerId: string, view: Block) => Promise<boolean>;
  readonly inFlight: InFlight;
  readonly onProblem: OnProblem;
}
