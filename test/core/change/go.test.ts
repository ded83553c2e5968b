import { generateKeyPairSync, sign } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../../src/core/change/canonical-json.ts';
import {
  CLOCK_SKEW_MS,
  GO_VALID_MS,
  openGo,
  orderOf,
  provenGo,
  signedAnew,
  signGo,
  withOrder,
} from '../../../src/core/change/go.ts';
import type { Go, SignedGo } from '../../../src/core/domain/change.ts';
import { statesAt } from './example-states.ts';
import { ALICE, anyGo, RANGE_PLAN } from './arbitrary-change.ts';

function keyPair(): { signing: string; verify: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    signing: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    verify: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
}

const KEYS = keyPair();
const ISSUED_AT_MS = RANGE_PLAN.proposedAtMs + 5_000;
const GO: Go = {
  action: 'apply',
  plan: RANGE_PLAN,
  by: [ALICE],
  issuedAtMs: ISSUED_AT_MS,
  validUntilMs: ISSUED_AT_MS + GO_VALID_MS,
};

const codeOf = (signed: SignedGo, nowMs: number): string => {
  const opened = openGo(signed, KEYS.verify, nowMs);
  return 'go' in opened ? 'ok' : opened.problem.code;
};

/** Signs any payload with the right key, as only a faulty bot would. */
const signText = (payload: string): SignedGo => ({
  payload,
  signature: sign(null, Buffer.from(payload), KEYS.signing).toString('base64'),
});

describe('a signed go', () => {
  it('comes out as it went in', () => {
    fc.assert(
      fc.property(anyGo, (go) => {
        expect(openGo(signGo(go, KEYS.signing), KEYS.verify, go.issuedAtMs)).toEqual({ go });
      }),
    );
  });

  it('counts under either of two keys while one takes the place of the other, and under no third', () => {
    const [next, third] = [keyPair(), keyPair()];
    const both = `${KEYS.verify}${next.verify}`;
    for (const { signing } of [KEYS, next]) {
      expect(openGo(signGo(GO, signing), both, ISSUED_AT_MS)).toEqual({ go: GO });
      expect(provenGo(signGo(GO, signing), both)).toEqual(GO);
    }
    expect(openGo(signGo(GO, third.signing), both, ISSUED_AT_MS)).toMatchObject({
      problem: { code: 'CHANGE_UNSIGNED' },
    });
    expect(openGo(signGo(GO, KEYS.signing), next.verify, ISSUED_AT_MS)).toHaveProperty('problem');
  });

  it('is refused with fewer people than its plan needs, whoever signed it; taking back needs one', () => {
    const plan = { ...RANGE_PLAN, approvalsNeeded: 2 } as const;
    const asked = { kind: 'slack-user', teamId: 'T1', userId: 'U1' } as const;
    const other = { ...asked, userId: 'U8' };
    const code = (by: Go['by'], action: Go['action'] = 'apply'): string =>
      codeOf(signGo({ ...GO, plan, by, action }, KEYS.signing), ISSUED_AT_MS);
    expect(code([ALICE, other])).toBe('ok');
    expect([code([ALICE]), code([ALICE, ALICE]), code([ALICE, asked])]).toEqual(
      Array(3).fill('CHANGE_SECOND_PERSON'),
    );
    expect(code([ALICE], 'rollback')).toBe('ok');
  });

  it('is enough with one person of two where the glass was broken, and says so in what is signed', () => {
    const plan = { ...RANGE_PLAN, approvalsNeeded: 2 } as const;
    const signed = signGo({ ...GO, plan, by: [ALICE], breakGlass: 'checkout is down' }, KEYS.signing);
    expect(openGo(signed, KEYS.verify, ISSUED_AT_MS)).toMatchObject({
      go: { breakGlass: 'checkout is down' },
    });
    const without = { ...signed, payload: signed.payload.replace('"breakGlass":"checkout is down",', '') };
    expect(without.payload).not.toBe(signed.payload);
    expect(codeOf(without, ISSUED_AT_MS)).toBe('CHANGE_UNSIGNED');
  });

  it('is refused after a change of any character', () => {
    const signed = signGo(GO, KEYS.signing);
    fc.assert(
      fc.property(
        fc.constantFrom('payload' as const, 'signature' as const),
        fc.nat(),
        fc.string({ unit: 'binary', minLength: 0, maxLength: 2 }),
        (field, seed, text) => {
          const at = seed % signed[field].length;
          const changed = signed[field].slice(0, at) + text + signed[field].slice(at + 1);
          fc.pre(changed !== signed[field]);
          expect(codeOf({ ...signed, [field]: changed }, ISSUED_AT_MS)).toBe('CHANGE_UNSIGNED');
        },
      ),
      { numRuns: 500 },
    );
  });

  it('is refused after a change of any bit of the signature', () => {
    const signed = signGo(GO, KEYS.signing);
    const bytes = Buffer.from(signed.signature, 'base64');
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const forged = Buffer.from(bytes);
      forged.writeUInt8(forged.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect(codeOf({ ...signed, signature: forged.toString('base64') }, ISSUED_AT_MS)).toBe(
        'CHANGE_UNSIGNED',
      );
    }
  });

  it('has one text only: encodings that decode to the same bytes are refused', () => {
    const signed = signGo(GO, KEYS.signing);
    const spare = signed.signature.replace(/(.)==$/, (_, last: string) => `${nextBase64(last)}==`);
    expect(Buffer.from(spare, 'base64')).toEqual(Buffer.from(signed.signature, 'base64'));
    for (const signature of [
      spare,
      `${signed.signature}\n`,
      ` ${signed.signature}`,
      signed.signature.slice(0, -2),
    ]) {
      expect(codeOf({ ...signed, signature }, ISSUED_AT_MS)).toBe('CHANGE_UNSIGNED');
    }
    const replaced = signGo({ ...GO, plan: { ...RANGE_PLAN, subject: '\uFFFD' } }, KEYS.signing);
    const lone = { ...replaced, payload: replaced.payload.replace('\uFFFD', '\uD800') };
    expect(codeOf(replaced, ISSUED_AT_MS)).toBe('ok');
    expect(codeOf(lone, ISSUED_AT_MS)).toBe('CHANGE_UNSIGNED');
  });

  it('is refused with another key', () => {
    const opened = openGo(signGo(GO, keyPair().signing), KEYS.verify, ISSUED_AT_MS);
    expect(opened).toHaveProperty('problem.code', 'CHANGE_UNSIGNED');
  });

  it.each([
    ['an empty order', { payload: '', signature: '' }],
    ['an order without a signature', { payload: canonicalJson(GO), signature: '' }],
    ['a huge order', { payload: 'x'.repeat(1_000_000), signature: 'A'.repeat(88) }],
  ])('%s is refused', (_, signed) => {
    expect(codeOf(signed, ISSUED_AT_MS)).toBe('CHANGE_UNSIGNED');
  });

  it.each([
    ['no JSON', 'apply'],
    ['a go without its schema', canonicalJson(GO)],
    ['an unknown action', canonicalJson({ ...GO, schema: 'tcpcheck/go/v1', action: 'destroy' })],
    ['an unknown field', canonicalJson({ ...GO, schema: 'tcpcheck/go/v1', force: true })],
    [
      'an empty plan',
      canonicalJson({ ...GO, schema: 'tcpcheck/go/v1', plan: { ...RANGE_PLAN, settings: [] } }),
    ],
    [
      'a go for an hour',
      canonicalJson({ ...GO, schema: 'tcpcheck/go/v1', validUntilMs: ISSUED_AT_MS + 3_600_000 }),
    ],
  ])('%s is refused even when signed', (_, payload) => {
    expect(codeOf(signText(payload), ISSUED_AT_MS)).toBe('CHANGE_UNSIGNED');
  });
});

describe('an order that a retired key has signed', () => {
  const next = keyPair();
  const rotating = { signingKeyPem: next.signing, verifyKeyPem: `${KEYS.verify}${next.verify}` };

  it('is the same by the key that has taken its place, and no other is signed', () => {
    const signed = signGo(GO, KEYS.signing);
    const over = GO.validUntilMs;
    const anew = signedAnew(signed, rotating, over);
    expect(anew === null ? null : provenGo(anew, next.verify)).toEqual(GO);
    expect(anew === null ? null : openGo(anew, next.verify, GO.validUntilMs + 1)).toHaveProperty('problem');
    expect(signedAnew(signGo(GO, next.signing), rotating, over)).toBeNull();
    expect(signedAnew(signGo(GO, keyPair().signing), rotating, over)).toBeNull();
  });

  it('is not signed anew before its time is over, so that none waits for the day when that key is gone', () => {
    expect(signedAnew(signGo(GO, KEYS.signing), rotating, GO.validUntilMs - 1)).toBeNull();
  });

  const states = Object.values(statesAt({ by: ALICE, atMs: 1 }));
  it.each(states.map((state) => [state.kind, state] as const))(
    'has its place in a change that is %s',
    (_, state) => {
      const go = { payload: 'another', signature: 'another' };
      const order = orderOf(state);
      expect(orderOf(withOrder(state, go))).toEqual(order === null ? null : go);
      expect(order === null ? state : withOrder(withOrder(state, go), order)).toEqual(state);
    },
  );
});

describe('the time of a go', () => {
  const signed = signGo(GO, KEYS.signing);
  it.each([
    ['well before', -CLOCK_SKEW_MS - 1, 'CHANGE_EXPIRED'],
    ['within the skew of the clocks', -CLOCK_SKEW_MS, 'ok'],
    ['at once', 0, 'ok'],
    ['at the last moment', GO_VALID_MS, 'ok'],
    ['a moment later', GO_VALID_MS + 1, 'CHANGE_EXPIRED'],
    ['a year later', 365 * 86_400_000, 'CHANGE_EXPIRED'],
  ])('opened %s: %i ms -> %s', (_, offsetMs, code) => {
    expect(codeOf(signed, ISSUED_AT_MS + offsetMs)).toBe(code);
  });

  it('must not be after the proposal ran out, unless it takes the change back', () => {
    const issuedAtMs = RANGE_PLAN.expiresAtMs + 1;
    const late = { ...GO, issuedAtMs, validUntilMs: issuedAtMs + GO_VALID_MS };
    expect(codeOf(signGo(late, KEYS.signing), issuedAtMs)).toBe('CHANGE_EXPIRED');
    expect(codeOf(signGo({ ...late, action: 'rollback' }, KEYS.signing), issuedAtMs)).toBe('ok');
  });

  it('is short: a longer one is never signed', () => {
    expect(() => signGo({ ...GO, validUntilMs: ISSUED_AT_MS + GO_VALID_MS + 1 }, KEYS.signing)).toThrow(
      'short',
    );
    expect(() => signGo({ ...GO, validUntilMs: ISSUED_AT_MS }, KEYS.signing)).toThrow('ends after');
  });
});

/** The next character of the alphabet: differs in the bits that the padding leaves unused. */
function nextBase64(character: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  return alphabet.charAt(alphabet.indexOf(character) + 1);
}
