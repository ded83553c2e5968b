/** What a fact holds; `number` facts carry their unit as the last word of the name. */
export type FactKind = 'number' | 'text' | 'flag';

export interface FactSpec {
  readonly kind: FactKind;
  /** One line for playbook authors: what it is and where it is read. */
  readonly meaning: string;
}

export const number = (meaning: string): FactSpec => ({ kind: 'number', meaning });
export const text = (meaning: string): FactSpec => ({ kind: 'text', meaning });
export const flag = (meaning: string): FactSpec => ({ kind: 'flag', meaning });
