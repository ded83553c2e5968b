import type { Receiver } from '@slack/bolt';

/** The way in for what people do in Slack. */
export interface Intake {
  /** What Bolt is fed by. */
  readonly receiver: Receiver;
  /** Begins to take deliveries; returns where Slack must send them, null when we fetch them ourselves. */
  start(): Promise<string | null>;
  connected(): boolean;
  /** Takes nothing new; what has begun goes on. */
  stop(graceMs: number): Promise<void>;
}
