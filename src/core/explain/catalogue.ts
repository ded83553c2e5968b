import type { Topic } from './topic.ts';
import { backlog } from './topics/backlog.ts';
import { bbr } from './topics/bbr.ts';
import { buffers } from './topics/buffers.ts';
import { closeWait } from './topics/close-wait.ts';
import { close } from './topics/close.ts';
import { commands } from './topics/commands.ts';
import { conntrack } from './topics/conntrack.ts';
import { descriptors } from './topics/descriptors.ts';
import { errors } from './topics/errors.ts';
import { framing } from './topics/framing.ts';
import { halfOpen } from './topics/half-open.ts';
import { keepalive } from './topics/keepalive.ts';
import { lifecycle } from './topics/lifecycle.ts';
import { machine } from './topics/machine.ts';
import { pool } from './topics/pool.ts';
import { ports } from './topics/ports.ts';
import { questions } from './topics/questions.ts';
import { queues } from './topics/queues.ts';
import { recvQ } from './topics/recv-q.ts';
import { retransmissions } from './topics/retransmissions.ts';
import { tuning } from './topics/tuning.ts';
import { twRecycle } from './topics/tw-recycle.ts';
import { twReuse } from './topics/tw-reuse.ts';
import { windows } from './topics/windows.ts';

/** What is shown when nobody names a topic. */
export const OVERVIEW = lifecycle;

/** Every explanation, in the order of the life of a connection: establish, hold, close, then what lies around it. */
export const TOPICS: readonly Topic[] = [
  lifecycle,
  errors,
  ports,
  pool,
  queues,
  backlog,
  descriptors,
  halfOpen,
  keepalive,
  recvQ,
  framing,
  buffers,
  retransmissions,
  bbr,
  close,
  closeWait,
  twReuse,
  twRecycle,
  conntrack,
  machine,
  tuning,
  commands,
  windows,
  questions,
];
